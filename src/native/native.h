/* What JavaScript can do and only slowly: look at thousands of files, and start processes without leaving its thread for long. */
#ifndef RECOMP_NATIVE_H
#define RECOMP_NATIVE_H

#define NAPI_VERSION 8
#include <node_api.h>
#include <stdbool.h>

/* Both sides must mean the same; `load-native.ts` has the same number. */
#define RECOMP_NATIVE_VERSION 2

/* Throws, and gives nothing back, where the arguments are not what they must be: that is a bug of the caller's. */
bool take_arguments(napi_env env, napi_callback_info info, napi_value *into, size_t count);
napi_value complain(napi_env env, const char *what);

napi_value compare_files(napi_env env, napi_callback_info info);
napi_value start_child(napi_env env, napi_callback_info info);
napi_value tell_child(napi_env env, napi_callback_info info);

#endif
