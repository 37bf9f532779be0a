#include "output.h"

static u8 waiting[4096];
static u64 waiting_size;
static int has_failed;

static int write_all(s64 file, const u8 *bytes, u64 size) {
  while (size) {
    const s64 written = write_bytes(file, bytes, size);
    if (written <= 0) return 1;
    bytes += written;
    size -= (u64)written;
  }
  return 0;
}

int flush_output(void) {
  has_failed |= write_all(OUTPUT, waiting, waiting_size);
  waiting_size = 0;
  return has_failed;
}

void put_bytes(const u8 *bytes, u64 size) {
  for (u64 i = 0; i < size; i++) {
    if (waiting_size == sizeof waiting) flush_output();
    waiting[waiting_size++] = bytes[i];
  }
}

static u64 length(const char *text) {
  u64 size = 0;
  while (text[size]) size++;
  return size;
}

void put_text(const char *text) { put_bytes((const u8 *)text, length(text)); }

void put_number(u64 number) {
  u8 digits[20];
  u64 at = sizeof digits;
  do digits[--at] = (u8)('0' + number % 10); while (number /= 10);
  put_bytes(digits + at, sizeof digits - at);
}

void complain(const char *what, const char *about) {
  write_all(ERRORS, (const u8 *)"lines: ", 7);
  write_all(ERRORS, (const u8 *)what, length(what));
  write_all(ERRORS, (const u8 *)about, length(about));
  write_all(ERRORS, (const u8 *)"\n", 1);
}
