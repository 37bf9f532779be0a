/* The sound: a square melody, a saw bass, a blip while A is held. */
#include "program.h"

/* Phase steps for 48 kHz: frequency * 2^32 / 48000. */
static const u32 melody[8] = { 46819021, 52552626, 58987946, 62495573, 70149164, 78740043, 88383860, 93638043 };
static u32 square_phase, saw_phase, blip_phase;

static s16 clamp(s32 sample) {
  if (sample > 32767) return 32767;
  if (sample < -32768) return -32768;
  return (s16)sample;
}

void synthesize(s16 *samples, const struct world *world) {
  u32 note = melody[(world->frame / 8 * 5) & 7];
  u32 bass = melody[(world->frame / 32) & 7] / 4;
  s32 volume = 6000 - (s32)(world->frame % 8) * 600;
  for (u32 i = 0; i < CHUNK; i++) {
    square_phase += note;
    saw_phase += bass;
    blip_phase += note * 3;
    s32 left = square_phase >> 31 ? volume : -volume;
    s32 right = left;
    s32 saw = (s32)(saw_phase >> 18) - 8192;
    left += saw / 2;
    right += saw / 3;
    if (world->blip) right += (s32)(blip_phase >> 19) * (s32)world->blip / 2 - 2048;
    samples[2 * i] = clamp(left);
    samples[2 * i + 1] = clamp(right);
  }
}
