/*
 * What the guest shows, sounds and says, as files: frames.bin (for each frame width, height and tick, then RGBA),
 * audio.raw (16-bit stereo, 48 kHz) with audio.sizes (bytes of each chunk), console.log, and hints.log (where the
 * interpreter took over).
 */
#include "runtime.h"
#include <stdlib.h>
#include <string.h>

static FILE *frames, *audio, *sizes, *console, *hints;

static FILE *create(const char *folder, const char *name) {
  char path[4096];
  if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) give_up("the output path is too long");
  FILE *file = fopen(path, "wb");
  if (!file) give_up("cannot write %s", path);
  return file;
}

static void put(FILE *file, const void *bytes, size_t size) {
  if (file && size && fwrite(bytes, size, 1, file) != 1) give_up("cannot write the capture: disk full?");
}

void open_capture(const char *folder) {
  frames = create(folder, "frames.bin");
  audio = create(folder, "audio.raw");
  sizes = create(folder, "audio.sizes");
  console = create(folder, "console.log");
  hints = create(folder, "hints.log");
}

void capture_frame(const u8 *pixels, u32 width, u32 height, u32 stride, u64 tick) {
  const u32 header[4] = { width, height, (u32)tick, (u32)(tick >> 32) };
  put(frames, header, sizeof header);
  for (u32 y = 0; y < height; y++) put(frames, pixels + (size_t)y * stride, (size_t)width * 4);
}

void capture_audio(const u8 *samples, u64 bytes) {
  put(audio, samples, bytes);
  if (sizes) fprintf(sizes, "%llu\n", (unsigned long long)bytes);
}

void capture_console(const u8 *text, u64 bytes) {
  FILE *const to = console ? console : stdout;
  put(to, text, bytes);
  put(to, "\n", 1);
}

static void put_hints(void) {
  const u32 *list;
  const u32 count = interpreter_hints(&list);
  fprintf(hints, "interpreted %llu instructions\n", (unsigned long long)interpreted_instructions());
  for (u32 i = 0; i < count; i++) fprintf(hints, "0x%x\n", list[i]);
}

void close_capture(void) {
  if (hints) put_hints();
  FILE **const all[] = { &frames, &audio, &sizes, &console, &hints };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    if (*all[i] && fclose(*all[i])) abort();
    *all[i] = NULL;
  }
}
