/* stat(2) for a list of files, and which of them are not as they were. */
#define _GNU_SOURCE
#include "native.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WORDS = 5 };

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
} Looks;

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

static void compare(void *data, size_t i) {
  const Looks *all = data;
  double *now = all->words + i * WORDS;
  uint8_t code = all->kinds[i];
  look(all->root, all->paths + all->starts[i], code, now);
  all->other[i] = (code & DOUBTFUL) != 0 || !is_same(now, all->before + i * WORDS);
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
    do_all(all->count, compare, all);
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
  size_t length;
  Bytes paths, kinds, before, words;
  if (!take_arguments(env, info, args, 5)) return NULL;
  if (napi_get_value_string_utf8(env, args[0], root, sizeof root, &length) != napi_ok || length == sizeof root - 1 ||
      !take_bytes(env, args[1], napi_uint8_array, &paths) || !take_bytes(env, args[2], napi_uint8_array, &kinds) ||
      !take_bytes(env, args[3], napi_float64_array, &before) || !take_bytes(env, args[4], napi_float64_array, &words) ||
      before.length != kinds.length * WORDS || words.length != before.length)
    return complain(env, "compareFiles: not a list of files");
  Looks all = {.paths = paths.data, .kinds = kinds.data, .before = before.data, .words = words.data, .count = kinds.length};
  return compare_all(env, root, &all, paths.length);
}
