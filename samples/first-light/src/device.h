/* How first-light talks to the outside: supervisor calls and nothing else. docs: ../README.md */
#ifndef DEVICE_H
#define DEVICE_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long s64;

/* Numbers that the console's kernel has too. */
enum { SVC_EXIT_PROCESS = 0x07, SVC_GET_SYSTEM_TICK = 0x1E, SVC_OUTPUT_DEBUG_STRING = 0x27 };
/* The recomp test device: numbers that no kernel of the console uses. */
enum { SVC_DEVICE_PRESENT = 0x8001, SVC_DEVICE_SUBMIT_AUDIO = 0x8002, SVC_DEVICE_READ_INPUT = 0x8003 };

enum {
  BUTTON_A = 1u << 0,
  BUTTON_B = 1u << 1,
  BUTTON_X = 1u << 2,
  BUTTON_Y = 1u << 3,
  BUTTON_LEFT = 1u << 12,
  BUTTON_UP = 1u << 13,
  BUTTON_RIGHT = 1u << 14,
  BUTTON_DOWN = 1u << 15,
};

static inline void debug_string(const char *text, u64 length) {
  register u64 x0 __asm__("x0") = (u64)text;
  register u64 x1 __asm__("x1") = length;
  __asm__ volatile("svc %2" : "+r"(x0) : "r"(x1), "i"(SVC_OUTPUT_DEBUG_STRING) : "memory", "cc");
}

static inline u64 system_tick(void) {
  register u64 x0 __asm__("x0");
  __asm__ volatile("svc %1" : "=r"(x0) : "i"(SVC_GET_SYSTEM_TICK) : "memory", "cc");
  return x0;
}

/* Shows a picture and waits for the next screen refresh. */
static inline void present(const u32 *pixels, u64 width, u64 height) {
  register u64 x0 __asm__("x0") = (u64)pixels;
  register u64 x1 __asm__("x1") = width;
  register u64 x2 __asm__("x2") = height;
  register u64 x3 __asm__("x3") = width * 4;
  __asm__ volatile("svc %4" : "+r"(x0) : "r"(x1), "r"(x2), "r"(x3), "i"(SVC_DEVICE_PRESENT) : "memory", "cc");
}

/* Queues 16-bit stereo samples at 48 kHz. */
static inline void submit_audio(const s16 *samples, u64 frames) {
  register u64 x0 __asm__("x0") = (u64)samples;
  register u64 x1 __asm__("x1") = frames;
  __asm__ volatile("svc %2" : "+r"(x0) : "r"(x1), "i"(SVC_DEVICE_SUBMIT_AUDIO) : "memory", "cc");
}

static inline u32 read_buttons(void) {
  register u64 x0 __asm__("x0");
  register u64 x1 __asm__("x1");
  __asm__ volatile("svc %2" : "=r"(x0), "=r"(x1) : "i"(SVC_DEVICE_READ_INPUT) : "memory", "cc");
  return (u32)x1;
}

#endif
