#ifndef PROGRAM_H
#define PROGRAM_H
#include "device.h"

enum { WIDTH = 160, HEIGHT = 90, FRAMES = 120, CHUNK = 800 };

struct canvas { u32 pixels[WIDTH * HEIGHT]; };

/* Everything that moves, so that a frame is a function of this and of nothing else. */
struct world {
  u32 frame;
  u32 buttons;
  s32 player_x, player_y;
  u32 random;
  u32 blip;
};

static inline u32 rgb(u32 r, u32 g, u32 b) { return r | g << 8 | b << 16 | 0xFF000000u; }

void draw_world(struct canvas *canvas, const struct world *world);
void draw_text(struct canvas *canvas, s32 x, s32 y, const char *text, u32 colour);
void draw_number(struct canvas *canvas, s32 x, s32 y, u32 number, u32 colour);
void fill_rect(struct canvas *canvas, s32 x, s32 y, s32 width, s32 height, u32 colour);
void fill_disc(struct canvas *canvas, s32 x, s32 y, s32 radius, u32 colour);
void synthesize(s16 *samples, const struct world *world);

#endif
