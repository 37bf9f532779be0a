/* 120 frames: read the buttons, move, draw, sound, show. */
#include "program.h"

static struct canvas screen;
static s16 chunk[CHUNK * 2];

static void move(struct world *world) {
  u32 buttons = world->buttons;
  s32 speed = buttons & BUTTON_B ? 3 : 1;
  if (buttons & BUTTON_LEFT) world->player_x -= speed;
  if (buttons & BUTTON_RIGHT) world->player_x += speed;
  if (buttons & BUTTON_UP) world->player_y -= speed;
  if (buttons & BUTTON_DOWN) world->player_y += speed;
  if (world->player_x < 4) world->player_x = 4;
  if (world->player_x > WIDTH - 5) world->player_x = WIDTH - 5;
  if (world->player_y < 4) world->player_y = 4;
  if (world->player_y > HEIGHT - 5) world->player_y = HEIGHT - 5;
  if (buttons & BUTTON_A) world->blip = 12;
  else if (world->blip) world->blip--;
  world->random = world->random * 1664525u + 1013904223u;
}

static u64 append(char *text, u64 at, const char *more) {
  while (*more) text[at++] = *more++;
  return at;
}

static u64 append_number(char *text, u64 at, u64 number) {
  char digits[20];
  u32 count = 0;
  do digits[count++] = (char)('0' + number % 10); while (number /= 10);
  while (count) text[at++] = digits[--count];
  return at;
}

static void report(const struct world *world) {
  char text[80];
  u64 at = append(text, 0, "frame ");
  at = append_number(text, at, world->frame);
  at = append(text, at, " tick ");
  at = append_number(text, at, system_tick());
  at = append(text, at, " player ");
  at = append_number(text, at, (u64)world->player_x);
  at = append(text, at, ",");
  at = append_number(text, at, (u64)world->player_y);
  debug_string(text, at);
}

void program(void) {
  struct world world = { .player_x = WIDTH / 2, .player_y = HEIGHT - 20, .random = 0x1234567 };
  for (; world.frame < FRAMES; world.frame++) {
    world.buttons = read_buttons();
    move(&world);
    draw_world(&screen, &world);
    synthesize(chunk, &world);
    submit_audio(chunk, CHUNK);
    if (world.frame % 30 == 0) report(&world);
    present(screen.pixels, WIDTH, HEIGHT);
  }
  static const char bye[] = "first light: done";
  debug_string(bye, sizeof bye - 1);
}
