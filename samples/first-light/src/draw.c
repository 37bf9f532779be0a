/* The picture: sky, a scene that changes every 30 frames, the player, words. */
#include "program.h"

void fill_rect(struct canvas *canvas, s32 x, s32 y, s32 width, s32 height, u32 colour) {
  for (s32 row = y; row < y + height; row++) {
    if (row < 0 || row >= HEIGHT) continue;
    for (s32 column = x; column < x + width; column++)
      if (column >= 0 && column < WIDTH) canvas->pixels[row * WIDTH + column] = colour;
  }
}

void fill_disc(struct canvas *canvas, s32 x, s32 y, s32 radius, u32 colour) {
  for (s32 dy = -radius; dy <= radius; dy++)
    for (s32 dx = -radius; dx <= radius; dx++)
      if (dx * dx + dy * dy <= radius * radius) fill_rect(canvas, x + dx, y + dy, 1, 1, colour);
}

/* Back and forth between 0 and span. */
static s32 bounce(u32 time, u32 span) {
  u32 phase = time % (2 * span);
  return (s32)(phase < span ? phase : 2 * span - phase);
}

static void draw_sky(struct canvas *canvas, const struct world *world) {
  u32 warmth = world->buttons & BUTTON_X ? 200 : 40;
  u32 shift = world->frame * 3;
  for (u32 y = 0; y < HEIGHT; y++)
    for (u32 x = 0; x < WIDTH; x++) {
      u32 glow = (x * y + shift) >> 6 & 31;
      canvas->pixels[y * WIDTH + x] = rgb(warmth * y / HEIGHT + glow, (x + shift) / 4 & 63, 160 - y);
    }
}

static void draw_discs(struct canvas *canvas, const struct world *world) {
  for (u32 i = 0; i < 6; i++) {
    s32 x = bounce(world->frame * 2 + i * 29, WIDTH);
    s32 y = bounce(world->frame + i * 17, HEIGHT);
    fill_disc(canvas, x, y, 4 + (s32)i, rgb(255 - i * 30, 60 + i * 25, world->buttons & BUTTON_Y ? 255 : 80));
  }
}

static void draw_bars(struct canvas *canvas, const struct world *world) {
  for (s32 i = 0; i < 10; i++) {
    s32 height = bounce(world->frame * (u32)(i + 1), 50);
    fill_rect(canvas, i * 16 + 2, HEIGHT - height, 12, height, rgb(20u * (u32)i, 255 - 20u * (u32)i, 128));
  }
}

/* A wave, in floating point on purpose. */
static void draw_wave(struct canvas *canvas, const struct world *world) {
  float phase = (float)world->frame * 0.05f;
  for (s32 x = 0; x < WIDTH; x++) {
    float t = (float)x * 0.025f + phase;
    t = t - 2.0f * (float)(s32)(t * 0.5f) - 1.0f;
    float bend = t * (1.0f - (t < 0 ? -t : t)) * 4.0f;
    fill_rect(canvas, x, HEIGHT / 2 + (s32)(bend * 30.0f), 1, 3, rgb(255, 240, 90));
  }
}

static void draw_noise(struct canvas *canvas, const struct world *world) {
  u32 random = world->random;
  for (u32 i = 0; i < 200; i++) {
    random ^= random << 13;
    random ^= random >> 17;
    random ^= random << 5;
    fill_rect(canvas, (s32)(random % WIDTH), (s32)(random / WIDTH % HEIGHT), 2, 1, random | 0xFF404040u);
  }
}

/* Pointers in data: each is a relocation, and a function that nothing calls by name. */
static void (*const scenes[])(struct canvas *, const struct world *) = { draw_discs, draw_bars, draw_wave, draw_noise };

static u32 player_colour(u32 buttons) {
  switch (buttons & 15) {
  case 0: return rgb(255, 255, 255);
  case BUTTON_A: return rgb(255, 40, 40);
  case BUTTON_B: return rgb(40, 255, 40);
  case BUTTON_A | BUTTON_B: return rgb(255, 255, 40);
  case BUTTON_X: return rgb(40, 40, 255);
  case BUTTON_X | BUTTON_A: return rgb(255, 40, 255);
  case BUTTON_X | BUTTON_B: return rgb(40, 255, 255);
  case BUTTON_Y: return rgb(255, 160, 0);
  case BUTTON_Y | BUTTON_A: return rgb(160, 80, 0);
  default: return rgb(128, 128, 128);
  }
}

/* Enough cases that the compiler makes a jump table of it. */
static void draw_badge(struct canvas *canvas, const struct world *world) {
  s32 x = WIDTH - 12;
  switch (world->frame / 8 % 14) {
  case 0: fill_rect(canvas, x, 4, 8, 8, rgb(255, 0, 0)); break;
  case 1: fill_disc(canvas, x + 4, 8, 4, rgb(0, 255, 0)); break;
  case 2: fill_rect(canvas, x, 7, 8, 2, rgb(0, 0, 255)); /* fall through */
  case 3: fill_rect(canvas, x + 3, 4, 2, 8, rgb(0, 255, 255)); break;
  case 4: draw_text(canvas, x, 4, "+", rgb(255, 255, 255)); break;
  case 5: fill_disc(canvas, x + 4, 8, 2, rgb(255, 0, 255)); break;
  case 6: draw_text(canvas, x, 4, "R", rgb(255, 80, 80)); break;
  case 7: fill_rect(canvas, x, 10, 8, 2, rgb(80, 255, 80)); break;
  case 8: draw_text(canvas, x, 4, "F", rgb(80, 80, 255)); break;
  case 9: fill_disc(canvas, x + 2, 6, 3, rgb(255, 200, 0)); break;
  case 10: fill_rect(canvas, x, 4, 2, 8, rgb(0, 200, 255)); /* fall through */
  case 11: fill_rect(canvas, x + 5, 4, 2, 8, rgb(200, 0, 255)); break;
  case 12: draw_text(canvas, x, 4, "L", rgb(200, 255, 0)); break;
  default: draw_number(canvas, x, 4, world->frame % 10, rgb(255, 255, 0)); break;
  }
}

void draw_world(struct canvas *canvas, const struct world *world) {
  draw_sky(canvas, world);
  scenes[world->frame / 30 % 4](canvas, world);
  draw_badge(canvas, world);
  fill_rect(canvas, world->player_x - 4, world->player_y - 4, 9, 9, rgb(0, 0, 0));
  fill_rect(canvas, world->player_x - 3, world->player_y - 3, 7, 7, player_colour(world->buttons));
  draw_text(canvas, 4, 4, "FIRST LIGHT", rgb(255, 255, 255));
  draw_number(canvas, 4, 80, world->frame, rgb(200, 200, 200));
}
