#include "native.h"

bool take_arguments(napi_env env, napi_callback_info info, napi_value *into, size_t count) {
  size_t given = count;
  if (napi_get_cb_info(env, info, &given, into, NULL, NULL) == napi_ok && given == count) return true;
  complain(env, "wrong number of arguments");
  return false;
}

napi_value complain(napi_env env, const char *what) {
  napi_throw_type_error(env, NULL, what);
  return NULL;
}

static bool add(napi_env env, napi_value exports, const char *name, napi_callback function) {
  napi_value made;
  return napi_create_function(env, name, NAPI_AUTO_LENGTH, function, NULL, &made) == napi_ok &&
         napi_set_named_property(env, exports, name, made) == napi_ok;
}

NAPI_MODULE_INIT() {
  napi_value version, closes;
  if (napi_create_uint32(env, RECOMP_NATIVE_VERSION, &version) != napi_ok ||
      napi_set_named_property(env, exports, "version", version) != napi_ok ||
      napi_get_boolean(env, closes_others(), &closes) != napi_ok ||
      napi_set_named_property(env, exports, "closesOthers", closes) != napi_ok ||
      !add(env, exports, "compareFiles", compare_files) || !add(env, exports, "restoreFiles", restore_files) || !add(env, exports, "startChild", start_child) ||
      !add(env, exports, "tellChild", tell_child))
    return complain(env, "cannot set up recomp's native part");
  return exports;
}
