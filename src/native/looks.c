/* stat(2) for a list of files, on a few threads: what the kernel takes, and nothing on top. */
#define _GNU_SOURCE
#include "native.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WORDS = 5, CHUNK = 64, THREADS_MAX = 4, FEW = 256 };

/* As in journal/seen-words.ts. */
enum { KIND = 3, OUTPUT = 2, ONLY_TYPE = 16 };

typedef struct {
  int root;
  const char *paths;
  const uint32_t *starts;
  const uint8_t *kinds;
  double *words;
  size_t count;
  atomic_size_t next;
} Looks;

/* Node's own arithmetic, so that both sides say the same number. */
static double milliseconds(struct timespec t) { return (double)t.tv_sec * 1000.0 + (double)t.tv_nsec / 1e6; }

static void look(const Looks *all, size_t i) {
  double *words = all->words + i * WORDS;
  uint8_t code = all->kinds[i];
  const char *path = all->paths + all->starts[i];
  struct stat found;
  int flags = (code & KIND) == OUTPUT ? AT_SYMLINK_NOFOLLOW : 0;
  if (fstatat(all->root, *path == 0 ? "." : path, &found, flags) != 0) {
    for (int w = 0; w < WORDS; w++) words[w] = -1;
    return;
  }
  bool folder = S_ISDIR(found.st_mode), type = (code & ONLY_TYPE) != 0;
  words[0] = type || folder ? 0 : (double)found.st_size;
  words[1] = type ? 0 : milliseconds(found.st_mtim);
  words[2] = type || folder ? 0 : milliseconds(found.st_ctim);
  words[3] = type ? 0 : (double)found.st_ino;
  words[4] = (double)(type ? found.st_mode & S_IFMT : found.st_mode);
}

static void *look_on(void *data) {
  Looks *all = data;
  for (;;) {
    size_t from = atomic_fetch_add(&all->next, CHUNK);
    if (from >= all->count) return NULL;
    size_t to = from + CHUNK < all->count ? from + CHUNK : all->count;
    for (size_t i = from; i < to; i++) look(all, i);
  }
}

static void look_at_all(Looks *all) {
  pthread_t threads[THREADS_MAX];
  long processors = all->count < FEW ? 1 : sysconf(_SC_NPROCESSORS_ONLN);
  int others = 0;
  while (others + 1 < processors && others + 1 < THREADS_MAX) {
    if (pthread_create(&threads[others], NULL, look_on, all) != 0) break;
    others++;
  }
  look_on(all);
  while (others > 0) pthread_join(threads[--others], NULL);
}

/* Where each path begins; false: there are not as many, or the last one does not end. */
static bool find_starts(const char *paths, size_t length, uint32_t *starts, size_t count) {
  size_t at = 0;
  for (size_t i = 0; i < count; i++) {
    const char *end = at < length ? memchr(paths + at, 0, length - at) : NULL;
    if (!end) return false;
    starts[i] = (uint32_t)at;
    at = (size_t)(end - paths) + 1;
  }
  return at == length;
}

/* (root, paths that each end in NUL, kinds, a place for the words) */
napi_value look_at_files(napi_env env, napi_callback_info info) {
  napi_value args[4], none;
  char root[4097];
  size_t root_length, kinds_length, words_length, paths_length;
  void *paths, *kinds, *words;
  napi_typedarray_type types[3];
  if (!take_arguments(env, info, args, 4)) return NULL;
  if (napi_get_value_string_utf8(env, args[0], root, sizeof root, &root_length) != napi_ok ||
      root_length == sizeof root - 1 ||
      napi_get_typedarray_info(env, args[1], &types[0], &paths_length, &paths, NULL, NULL) != napi_ok ||
      napi_get_typedarray_info(env, args[2], &types[1], &kinds_length, &kinds, NULL, NULL) != napi_ok ||
      napi_get_typedarray_info(env, args[3], &types[2], &words_length, &words, NULL, NULL) != napi_ok ||
      types[0] != napi_uint8_array || types[1] != napi_uint8_array || types[2] != napi_float64_array ||
      words_length != kinds_length * WORDS || paths_length > UINT32_MAX)
    return complain(env, "lookAtFiles: not a list of files");
  uint32_t *starts = malloc(kinds_length * sizeof *starts + 1);
  if (!starts || !find_starts(paths, paths_length, starts, kinds_length)) {
    free(starts);
    return complain(env, "lookAtFiles: paths that do not match");
  }
  Looks all = {.root = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC), .paths = paths, .starts = starts,
               .kinds = kinds, .words = words, .count = kinds_length};
  look_at_all(&all);
  if (all.root >= 0) close(all.root);
  free(starts);
  return napi_get_undefined(env, &none) == napi_ok ? none : NULL;
}
