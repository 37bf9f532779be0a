/*
 * A trace for the next analysis: which functions were called, and where calls and jumps by register went. The
 * interpreter sees them all, and virtual time makes the program do in it what it does otherwise.
 */
#include "runtime.h"
#include <stdlib.h>

enum { FIRST_PAIRS = 1 << 12, MAX_PAIRS = 1 << 20, JUMP = 1 };

struct pair { u32 from, to; u32 kind; u32 is_used; };

static FILE *file;
static u8 *called; /* one for each word of code */
static u64 code_start, code_words;
static struct pair *pairs;
static u32 pair_space, pair_count;
static u32 is_cut;

int is_tracing(void) { return getenv("RECOMP_TRACE") != NULL; }

void open_trace(S *s) {
  const char *const path = getenv("RECOMP_TRACE");
  if (!path) return;
  code_start = s->code_start;
  code_words = s->code_words;
  called = calloc(code_words, 1);
  pairs = calloc(pair_space = FIRST_PAIRS, sizeof *pairs);
  file = fopen(path, "wb");
  if (!called || !pairs) give_up("out of memory");
  if (!file) give_up("cannot write %s", path);
  if (recomp_program.entry - code_start < code_words * 4) called[(recomp_program.entry - code_start) / 4] = 1;
}

static struct pair *place_of_pair(struct pair *all, u32 space, u32 from, u32 to, u32 kind) {
  u32 at = (from * 2654435761u ^ to * 2246822519u ^ kind) & (space - 1);
  while (all[at].is_used && (all[at].from != from || all[at].to != to || all[at].kind != kind)) at = (at + 1) & (space - 1);
  return &all[at];
}

static void grow(void) {
  struct pair *const larger = calloc(pair_space * 2, sizeof *larger);
  if (!larger) give_up("out of memory");
  for (u32 i = 0; i < pair_space; i++)
    if (pairs[i].is_used) *place_of_pair(larger, pair_space * 2, pairs[i].from, pairs[i].to, pairs[i].kind) = pairs[i];
  free(pairs);
  pairs = larger;
  pair_space *= 2;
}

static void add_pair(u64 from, u64 to, u32 kind) {
  struct pair *const place = place_of_pair(pairs, pair_space, (u32)from, (u32)to, kind);
  if (place->is_used) return;
  if (pair_count == MAX_PAIRS) { is_cut = 1; return; }
  *place = (struct pair){ (u32)from, (u32)to, kind, 1 };
  if (++pair_count > pair_space / 2) grow();
}

/* Where there is no code, the program ends: that is no function. */
static int is_code(u64 at) { return at % 4 == 0 && at - code_start < code_words * 4; }

void trace_call(u64 from, u64 to, u32 is_indirect) {
  if (!is_code(to)) return;
  called[(to - code_start) / 4] = 1;
  if (is_indirect) add_pair(from, to, 0);
}

void trace_jump(u64 from, u64 to) {
  if (is_code(to)) add_pair(from, to, JUMP);
}

static int by_address(const void *one, const void *other) {
  const struct pair *const a = one, *const b = other;
  if (a->is_used != b->is_used) return a->is_used ? -1 : 1;
  if (a->from != b->from) return a->from < b->from ? -1 : 1;
  if (a->to != b->to) return a->to < b->to ? -1 : 1;
  return (int)a->kind - (int)b->kind;
}

void close_trace(void) {
  if (!file) return;
  fprintf(file, "{\n\"schema_version\": 1,\n\"program\": \"%s\",\n\"input_sha256\": \"%s\",\n", recomp_program.name, recomp_program.input_sha256);
  fprintf(file, "\"instructions\": %llu,\n\"is_cut\": %s,\n\"functions\": [", (unsigned long long)interpreted_instructions(), is_cut ? "true" : "false");
  const char *before = "";
  for (u64 i = 0; i < code_words; i++)
    if (called[i]) {
      fprintf(file, "%s\n\"0x%llx\"", before, (unsigned long long)(code_start + i * 4));
      before = ",";
    }
  fprintf(file, "\n],\n\"indirect\": [");
  qsort(pairs, pair_space, sizeof *pairs, by_address);
  for (u32 i = 0; i < pair_count; i++)
    fprintf(file, "%s\n{\"from\": \"0x%x\", \"to\": \"0x%x\", \"kind\": \"%s\"}", i ? "," : "", pairs[i].from, pairs[i].to, pairs[i].kind ? "jump" : "call");
  fprintf(file, "\n]\n}\n");
  if (fclose(file)) abort();
  file = NULL;
}
