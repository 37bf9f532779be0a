/*
 * lines [-l | -n] [-r] [-u] [FILE…]: sorts the lines of files, or of what it is given, and counts.
 *   -l by length   -n by number   -r backwards   -u each line once
 */
#include "output.h"
#include "sort.h"

enum { MAX_BYTES = 1 << 20, MAX_LINES = 1 << 16 };
enum { DONE = 0, CANNOT_READ = 1, MISUSED = 2 };

static u8 text[MAX_BYTES];
static u64 text_size;
static struct line lines[MAX_LINES], room[MAX_LINES];

static struct { order compare; int is_backwards, is_unique; } options = { .compare = by_bytes };

static int read_all(s64 file, const char *name) {
  for (;;) {
    if (text_size == MAX_BYTES) return complain("more than a mebibyte: ", name), CANNOT_READ;
    const s64 size = read_bytes(file, text + text_size, MAX_BYTES - text_size);
    if (size < 0) return complain("cannot read ", name), CANNOT_READ;
    if (!size) break;
    text_size += (u64)size;
  }
  /* The last line of one file is not the beginning of the next. */
  if (text_size && text_size < MAX_BYTES && text[text_size - 1] != '\n') text[text_size++] = '\n';
  return DONE;
}

static int read_file(const char *name) {
  const s64 file = open_file(name);
  if (file < 0) return complain("cannot open ", name), CANNOT_READ;
  const int status = read_all(file, name);
  close_file(file);
  return status;
}

static int read_option(const char *word) {
  for (word++; *word; word++) switch (*word) {
    case 'l': options.compare = by_size; break;
    case 'n': options.compare = by_number; break;
    case 'r': options.is_backwards = 1; break;
    case 'u': options.is_unique = 1; break;
    default: return complain("known options: -l -n -r -u, not ", word), MISUSED;
  }
  return DONE;
}

static u64 split_lines(void) {
  u64 count = 0, start = 0;
  for (u64 i = 0; i < text_size && count < MAX_LINES; i++)
    if (text[i] == '\n') {
      lines[count++] = (struct line){ text + start, i - start };
      start = i + 1;
    }
  return count;
}

static u64 count_words(void) {
  u64 count = 0;
  int is_inside = 0;
  for (u64 i = 0; i < text_size; i++) {
    const int is_space = text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r');
    count += !is_space && !is_inside;
    is_inside = !is_space;
  }
  return count;
}

static u64 drop_repeated(u64 count) {
  u64 kept = 0;
  for (u64 i = 0; i < count; i++)
    if (!kept || by_bytes(&lines[kept - 1], &lines[i])) lines[kept++] = lines[i];
  return kept;
}

static void print_lines(u64 count, int is_backwards) {
  for (u64 i = 0; i < count; i++) {
    const struct line *line = &lines[is_backwards ? count - 1 - i : i];
    put_bytes(line->text, line->size);
    put_text("\n");
  }
}

static void print_counts(u64 count) {
  put_text("-- ");
  put_number(count);
  put_text(" lines, ");
  put_number(count_words());
  put_text(" words, ");
  put_number(text_size);
  put_text(" bytes\n");
}

int tool(u64 argc, char **argv) {
  int is_file_named = 0;
  for (u64 i = 1; i < argc; i++) {
    const int is_option = argv[i][0] == '-' && argv[i][1];
    const int status = is_option ? read_option(argv[i]) : read_file(argv[i]);
    if (status) return status;
    is_file_named |= !is_option;
  }
  if (!is_file_named && read_all(INPUT, "standard input")) return CANNOT_READ;
  u64 count = split_lines();
  sort_lines(lines, room, count, options.compare);
  if (options.is_unique) count = drop_repeated(count);
  print_lines(count, options.is_backwards);
  print_counts(count);
  return flush_output() ? CANNOT_READ : DONE;
}
