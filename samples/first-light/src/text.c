/* Letters of 5 by 7 dots; only those that the program needs. */
#include "program.h"

struct glyph { char letter; u8 rows[7]; };

static const struct glyph font[] = {
  { '0', { 14, 17, 19, 21, 25, 17, 14 } }, { '1', { 4, 12, 4, 4, 4, 4, 14 } },
  { '2', { 14, 17, 1, 6, 8, 16, 31 } },    { '3', { 31, 2, 4, 2, 1, 17, 14 } },
  { '4', { 2, 6, 10, 18, 31, 2, 2 } },     { '5', { 31, 16, 30, 1, 1, 17, 14 } },
  { '6', { 6, 8, 16, 30, 17, 17, 14 } },   { '7', { 31, 1, 2, 4, 8, 8, 8 } },
  { '8', { 14, 17, 17, 14, 17, 17, 14 } }, { '9', { 14, 17, 17, 15, 1, 2, 12 } },
  { 'F', { 31, 16, 16, 30, 16, 16, 16 } }, { 'G', { 14, 17, 16, 23, 17, 17, 15 } },
  { 'H', { 17, 17, 17, 31, 17, 17, 17 } }, { 'I', { 14, 4, 4, 4, 4, 4, 14 } },
  { 'L', { 16, 16, 16, 16, 16, 16, 31 } }, { 'R', { 30, 17, 17, 30, 20, 18, 17 } },
  { 'S', { 15, 16, 16, 14, 1, 1, 30 } },   { 'T', { 31, 4, 4, 4, 4, 4, 4 } },
  { '+', { 0, 4, 4, 31, 4, 4, 0 } },
};

static const struct glyph *find_glyph(char letter) {
  for (u32 i = 0; i < sizeof font / sizeof *font; i++)
    if (font[i].letter == letter) return &font[i];
  return 0;
}

void draw_text(struct canvas *canvas, s32 x, s32 y, const char *text, u32 colour) {
  for (; *text; text++, x += 6) {
    const struct glyph *glyph = find_glyph(*text);
    if (!glyph) continue;
    for (s32 row = 0; row < 7; row++)
      for (s32 column = 0; column < 5; column++)
        if (glyph->rows[row] >> (4 - column) & 1) fill_rect(canvas, x + column, y + row, 1, 1, colour);
  }
}

void draw_number(struct canvas *canvas, s32 x, s32 y, u32 number, u32 colour) {
  char text[12];
  u32 at = sizeof text - 1;
  text[at] = 0;
  do text[--at] = (char)('0' + number % 10); while (number /= 10);
  draw_text(canvas, x, y, text + at, colour);
}
