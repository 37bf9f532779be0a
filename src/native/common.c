#include "native.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

/* More threads than that wait for each other in the kernel; for fewer things than that, starting one does not pay. */
enum { THREADS_MAX = 4, CHUNK = 32, FEW = 128 };

typedef struct {
  size_t count;
  atomic_size_t next;
  void (*one)(void *all, size_t i);
  void *all;
} Work;

static void *work_on(void *data) {
  Work *work = data;
  for (;;) {
    size_t from = atomic_fetch_add(&work->next, CHUNK);
    if (from >= work->count) return NULL;
    size_t to = from + CHUNK < work->count ? from + CHUNK : work->count;
    for (size_t i = from; i < to; i++) work->one(work->all, i);
  }
}

void do_all(size_t count, void (*one)(void *all, size_t i), void *all) {
  Work work = {.count = count, .one = one, .all = all};
  pthread_t threads[THREADS_MAX];
  long processors = count < FEW ? 1 : sysconf(_SC_NPROCESSORS_ONLN);
  int others = 0;
  while (others + 1 < processors && others + 1 < THREADS_MAX) {
    if (pthread_create(&threads[others], NULL, work_on, &work) != 0) break;
    others++;
  }
  work_on(&work);
  while (others > 0) pthread_join(threads[--others], NULL);
}

bool find_starts(const char *texts, size_t length, uint32_t *starts, size_t count) {
  size_t at = 0;
  if (length > UINT32_MAX) return false;
  for (size_t i = 0; i < count; i++) {
    const char *end = at < length ? memchr(texts + at, 0, length - at) : NULL;
    if (!end) return false;
    starts[i] = (uint32_t)at;
    at = (size_t)(end - texts) + 1;
  }
  return at == length;
}

bool take_bytes(napi_env env, napi_value value, napi_typedarray_type type, Bytes *into) {
  napi_typedarray_type found;
  return napi_get_typedarray_info(env, value, &found, &into->length, &into->data, NULL, NULL) == napi_ok && found == type;
}

double milliseconds(struct timespec t) { return (double)t.tv_sec * 1000.0 + (double)t.tv_nsec / 1e6; }
