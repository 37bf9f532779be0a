/* What JavaScript can do and only slowly: look at thousands of files, and start processes without leaving its thread for long. */
#ifndef RECOMP_NATIVE_H
#define RECOMP_NATIVE_H

#define NAPI_VERSION 8
#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* Both sides must mean the same; `load-native.ts` has the same number. */
#define RECOMP_NATIVE_VERSION 4

/* Throws, and gives nothing back, where the arguments are not what they must be: that is a bug of the caller's. */
bool take_arguments(napi_env env, napi_callback_info info, napi_value *into, size_t count);
napi_value complain(napi_env env, const char *what);

/* Does one after the other of `count` things, on a few threads if they are many, and comes back when all are done. */
void do_all(size_t count, void (*one)(void *all, size_t i), void *all);

/* Where each of `count` texts begins that end in NUL; false: there are not as many, or the last one does not end. */
bool find_starts(const char *texts, size_t length, uint32_t *starts, size_t count);

typedef struct {
  void *data;
  size_t length;
} Bytes;

/* False: it is no array of that type. */
bool take_bytes(napi_env env, napi_value value, napi_typedarray_type type, Bytes *into);

/* Node's own arithmetic, so that both sides say the same number. */
double milliseconds(struct timespec t);

napi_value compare_files(napi_env env, napi_callback_info info);
napi_value restore_files(napi_env env, napi_callback_info info);
bool closes_others(void);
napi_value start_child(napi_env env, napi_callback_info info);
napi_value tell_child(napi_env env, napi_callback_info info);

#endif
