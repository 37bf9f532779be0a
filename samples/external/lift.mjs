// lift MODULE PROGRAM: the operations of a toy module as C.
import { readFileSync, writeFileSync } from 'node:fs';

const [module, program] = process.argv.slice(2);
const { operations } = JSON.parse(readFileSync(module, 'utf8'));
const calls = operations.map(({ frames, colour }) => `  show(${frames}, ${colour.join(', ')});`);
writeFileSync(
  program,
  `#include <stdio.h>
#include <stdlib.h>

static const char *folder;
static FILE *sound;
static int shown;

static void show(int frames, int red, int green, int blue) {
  for (int i = 0; i < frames; i++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%05d.ppm", folder, shown++);
    FILE *file = fopen(path, "wb");
    if (!file) exit(1);
    fprintf(file, "P6 16 9 255\\n");
    for (int pixel = 0; pixel < 16 * 9; pixel++) { fputc(red, file); fputc(green, file); fputc((blue + i) & 255, file); }
    fclose(file);
    for (int sample = 0; sample < 256; sample++) fputc(sample * red / (i + 1) & 255, sound);
  }
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  folder = argv[1];
  sound = fopen(argv[2], "wb");
  if (!sound) return 1;
${calls.join('\n')}
  return fclose(sound) ? 1 : 0;
}
`,
);
