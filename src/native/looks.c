/* stat(2) for a list of files, on a few threads, and which of them are not as they were. */
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
enum { KIND = 3, OUTPUT = 2, DOUBTFUL = 8, ONLY_TYPE = 16 };

typedef struct {
  int root;
  const char *paths;
  const uint32_t *starts;
  const uint8_t *kinds;
  double *words;
  const double *before;
  bool *other;
  size_t count;
  atomic_size_t next;
} Looks;

/* Node's own arithmetic, so that both sides say the same number. */
static double milliseconds(struct timespec t) { return (double)t.tv_sec * 1000.0 + (double)t.tv_nsec / 1e6; }

static void look(int root, const char *path, uint8_t code, double *words) {
  struct stat found;
  int flags = (code & KIND) == OUTPUT ? AT_SYMLINK_NOFOLLOW : 0;
  if (fstatat(root, *path == 0 ? "." : path, &found, flags) != 0) {
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

/* A folder's third word stands for its entries: `fstatat` says nothing of them. */
static bool is_same(const double *now, const double *before) {
  bool folder = now[4] >= 0 && S_ISDIR((mode_t)now[4]);
  return now[0] == before[0] && now[1] == before[1] && (folder || now[2] == before[2]) && now[3] == before[3] &&
         now[4] == before[4];
}

static void compare(const Looks *all, size_t i) {
  double *now = all->words + i * WORDS;
  uint8_t code = all->kinds[i];
  look(all->root, all->paths + all->starts[i], code, now);
  all->other[i] = (code & DOUBTFUL) != 0 || !is_same(now, all->before + i * WORDS);
}

static void *look_on(void *data) {
  Looks *all = data;
  for (;;) {
    size_t from = atomic_fetch_add(&all->next, CHUNK);
    if (from >= all->count) return NULL;
    size_t to = from + CHUNK < all->count ? from + CHUNK : all->count;
    for (size_t i = from; i < to; i++) compare(all, i);
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

static napi_value numbers_of(napi_env env, const bool *marked, size_t count) {
  napi_value list, number;
  uint32_t length = 0;
  if (napi_create_array(env, &list) != napi_ok) return NULL;
  for (size_t i = 0; i < count; i++)
    if (marked[i] && (napi_create_uint32(env, (uint32_t)i, &number) != napi_ok ||
                      napi_set_element(env, list, length++, number) != napi_ok))
      return NULL;
  return list;
}

static napi_value compare_all(napi_env env, const char *root, Looks *all, size_t paths_length) {
  napi_value result = NULL;
  uint32_t *starts = malloc(all->count * sizeof *starts + 1);
  all->other = malloc(all->count + 1);
  all->starts = starts;
  if (starts && all->other && find_starts(all->paths, paths_length, starts, all->count)) {
    all->root = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    look_at_all(all);
    if (all->root >= 0) close(all->root);
    result = numbers_of(env, all->other, all->count);
  } else {
    complain(env, "compareFiles: paths that do not match");
  }
  free(starts);
  free(all->other);
  return result;
}

/* (root, paths that each end in NUL, kinds, the words from before, a place for today's): the numbers of those that differ */
napi_value compare_files(napi_env env, napi_callback_info info) {
  napi_value args[5];
  char root[4097];
  size_t lengths[5];
  void *data[5];
  napi_typedarray_type types[5];
  const napi_typedarray_type wanted[] = {0, napi_uint8_array, napi_uint8_array, napi_float64_array, napi_float64_array};
  if (!take_arguments(env, info, args, 5)) return NULL;
  bool good = napi_get_value_string_utf8(env, args[0], root, sizeof root, &lengths[0]) == napi_ok &&
              lengths[0] < sizeof root - 1;
  for (int i = 1; good && i < 5; i++)
    good = napi_get_typedarray_info(env, args[i], &types[i], &lengths[i], &data[i], NULL, NULL) == napi_ok &&
           types[i] == wanted[i];
  if (!good || lengths[3] != lengths[2] * WORDS || lengths[4] != lengths[3] || lengths[1] > UINT32_MAX)
    return complain(env, "compareFiles: not a list of files");
  Looks all = {.paths = data[1], .kinds = data[2], .before = data[3], .words = data[4], .count = lengths[2]};
  return compare_all(env, root, &all, lengths[1]);
}
