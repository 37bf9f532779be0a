/* Directories: their entries in the order of their names, which is the same on every machine. */
#define _GNU_SOURCE
#include "linux.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPEN_AT_ONCE = 64, FILES_KNOWN = 1 << 16 };

static struct directory { int descriptor, count, next; struct dirent **entries; } directories[OPEN_AT_ONCE];

static struct { u64 device, number; } *seen;
static u32 seen_count;

u64 file_number(u64 device, u64 number) {
  if (!seen && !(seen = calloc(FILES_KNOWN, sizeof *seen))) give_up("out of memory");
  u32 at = 0;
  while (at < seen_count && (seen[at].device != device || seen[at].number != number)) at++;
  if (at == FILES_KNOWN) give_up("more than %d files were looked at", FILES_KNOWN);
  if (at == seen_count) {
    seen[at].device = device;
    seen[at].number = number;
    seen_count++;
  }
  return at + 2;
}

static struct directory *directory_of(int descriptor) {
  for (int i = 0; i < OPEN_AT_ONCE; i++)
    if (directories[i].entries && directories[i].descriptor == descriptor) return &directories[i];
  return NULL;
}

void forget_directory(int descriptor) {
  struct directory *d = directory_of(descriptor);
  if (!d) return;
  for (int i = 0; i < d->count; i++) free(d->entries[i]);
  free(d->entries);
  *d = (struct directory){ 0 };
}

static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static struct directory *read_directory(int descriptor) {
  struct directory *d = NULL;
  for (int i = 0; i < OPEN_AT_ONCE && !d; i++) if (!directories[i].entries) d = &directories[i];
  if (!d) { errno = EMFILE; return NULL; }
  d->count = scandirat(descriptor, ".", &d->entries, NULL, by_name);
  if (d->count < 0) { d->entries = NULL; return NULL; }
  d->descriptor = descriptor;
  d->next = 0;
  return d;
}

/* arm64's struct linux_dirent64: number, offset, length, kind, name. */
static u64 read_entries(S *s, u64 pc) {
  const int fd = (int)s->x[0];
  const u64 room = s->x[2];
  u8 *to = guest_bytes(s, s->x[1], room, pc);
  struct directory *d = directory_of(fd);
  if (!d && !(d = read_directory(fd))) return failed(errno);
  u64 used = 0;
  for (; d->next < d->count; d->next++) {
    const struct dirent *entry = d->entries[d->next];
    const size_t name = strlen(entry->d_name) + 1;
    const u16 length = (u16)((19 + name + 7) & ~7u);
    if (used + length > room) return used ? used : failed(EINVAL);
    const u64 head[2] = { file_number(0, entry->d_ino), (u64)d->next + 1 };
    memset(to + used, 0, length);
    memcpy(to + used, head, sizeof head);
    memcpy(to + used + 16, &length, 2);
    to[used + 18] = entry->d_type;
    memcpy(to + used + 19, entry->d_name, name);
    used += length;
  }
  return used;
}

/* From the beginning, or from where an entry said that it lies. */
static u64 seek(S *s) {
  const int fd = (int)s->x[0];
  struct directory *d = directory_of(fd);
  if (!d) return result_of(lseek(fd, (off_t)s->x[1], (int)s->x[2]));
  if (s->x[2] != SEEK_SET || s->x[1] > (u64)d->count) return failed(EINVAL);
  if (s->x[1] == 0) forget_directory(fd);
  else d->next = (int)s->x[1];
  return s->x[1];
}

int directory_call(S *s, u64 pc, u64 *answer) {
  switch (s->x[8]) {
  case 61: *answer = read_entries(s, pc); return 1;
  case 62: *answer = seek(s); return 1;
  default: return 0;
  }
}
