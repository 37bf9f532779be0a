/* Small files out of a store of files that are named by their SHA-256, many at once: checked, written elsewhere, renamed. */
#define _GNU_SOURCE
#include "native.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Node's own OpenSSL; a Node that does not share it does without all this. */
extern unsigned char *SHA256(const unsigned char *bytes, size_t length, unsigned char *digest) __attribute__((weak));

enum { TEXTS = 3, WORDS = 7, HASH = 32 };

typedef struct {
  const char *texts;
  const uint32_t *starts;
  const uint8_t *hashes;
  const double *sizes;
  const uint8_t *executable;
  double *words;
  struct timespec stamp;
} Restores;

/* Its bytes, if it is what it is called; else NULL: whoever looks closer says what is wrong. */
static char *read_checked(const char *path, size_t size, const uint8_t *hash, double *used) {
  unsigned char digest[HASH];
  struct stat found;
  char *bytes = NULL;
  int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return NULL;
  if (fstat(fd, &found) == 0 && S_ISREG(found.st_mode) && found.st_size == (off_t)size && (bytes = malloc(size + 1)) &&
      read(fd, bytes, size) == (ssize_t)size && memcmp(SHA256((unsigned char *)bytes, size, digest), hash, HASH) == 0) {
    *used = milliseconds(found.st_mtim);
  } else {
    free(bytes);
    bytes = NULL;
  }
  close(fd);
  return bytes;
}

static bool write_all(int fd, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t n = write(fd, bytes, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    bytes += n;
    size -= (size_t)n;
  }
  return true;
}

/* The folders above it; whether that can have helped. */
static bool make_folders(const char *path) {
  char folder[4097];
  int length = snprintf(folder, sizeof folder, "%s", path);
  if (length < 0 || (size_t)length >= sizeof folder) return false;
  char *end = strrchr(folder, '/');
  if (!end || end == folder) return false;
  *end = 0;
  if (mkdir(folder, 0777) == 0 || errno == EEXIST) return true;
  return errno == ENOENT && make_folders(folder) && (mkdir(folder, 0777) == 0 || errno == EEXIST);
}

/* What lies there stays: what to do about it is not decided here. */
static bool move(const char *from, const char *to) {
  if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return true;
  return errno == ENOENT && make_folders(to) && renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0;
}

static bool place(const Restores *all, size_t i, const char *bytes, size_t size, double *words) {
  const char *temporary = all->texts + all->starts[i * TEXTS + 1], *final = all->texts + all->starts[i * TEXTS + 2];
  const struct timespec times[] = {all->stamp, all->stamp};
  struct stat made;
  int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  bool good = write_all(fd, bytes, size) && fchmod(fd, all->executable[i] ? 0755 : 0644) == 0 &&
              futimens(fd, times) == 0 && move(temporary, final);
  if (!good) unlink(temporary);
  good = good && fstat(fd, &made) == 0;
  close(fd);
  if (!good) return false;
  words[1] = (double)made.st_size;
  words[2] = milliseconds(made.st_mtim);
  words[3] = milliseconds(made.st_ctim);
  words[4] = (double)made.st_ino;
  words[5] = (double)made.st_mode;
  return true;
}

static void restore(void *data, size_t i) {
  const Restores *all = data;
  double *words = all->words + i * WORDS;
  size_t size = (size_t)all->sizes[i];
  char *bytes = read_checked(all->texts + all->starts[i * TEXTS], size, all->hashes + i * HASH, &words[6]);
  words[0] = bytes && place(all, i, bytes, size, words) ? 1 : 0;
  free(bytes);
}

static struct timespec timespec_of(double ms) {
  time_t seconds = (time_t)(ms / 1000);
  return (struct timespec){.tv_sec = seconds, .tv_nsec = (long)((ms - (double)seconds * 1000) * 1e6)};
}

/* (texts, hashes, sizes, executable, time in ms, a place for the words); see load-native.ts */
napi_value restore_files(napi_env env, napi_callback_info info) {
  napi_value args[6], none;
  Bytes texts, hashes, sizes, executable, words;
  double ms;
  if (!take_arguments(env, info, args, 6)) return NULL;
  if (!take_bytes(env, args[0], napi_uint8_array, &texts) || !take_bytes(env, args[1], napi_uint8_array, &hashes) ||
      !take_bytes(env, args[2], napi_float64_array, &sizes) || !take_bytes(env, args[3], napi_uint8_array, &executable) ||
      napi_get_value_double(env, args[4], &ms) != napi_ok || !take_bytes(env, args[5], napi_float64_array, &words))
    return complain(env, "restoreFiles: not a list of files");
  size_t count = executable.length;
  uint32_t *starts = malloc(count * TEXTS * sizeof *starts + 1);
  bool good = starts && hashes.length == count * HASH && sizes.length == count && words.length == count * WORDS &&
              find_starts(texts.data, texts.length, starts, count * TEXTS);
  if (good && SHA256) {
    Restores all = {.texts = texts.data, .starts = starts, .hashes = hashes.data, .sizes = sizes.data,
                    .executable = executable.data, .words = words.data, .stamp = timespec_of(ms)};
    do_all(count, restore, &all);
  }
  free(starts);
  if (!good) return complain(env, "restoreFiles: lists that do not match");
  return napi_get_undefined(env, &none) == napi_ok ? none : NULL;
}
