/*
 * The horizon personality: supervisor calls of the console's kernel, as far as programs here need them, and the
 * recomp test device (0x8001 to 0x8003), which stands in for the display, audio and input services.
 */
#include "horizon-threads.h"

enum {
  STACK_TOP = 0x70000000,
  STACK_SIZE = 0x100000,
  LOADER_CONFIG = STACK_TOP,
  RETURN_TO_LOADER = STACK_TOP + 0x1000,
  MAIN_PRIORITY = 44,
  MAIN_THREAD_ENTRY = 1, /* of the loader's environment */
  RESULT_INVALID_CALL = 0xF801, /* kernel result 124: not implemented */
};

/* A loader's environment that names the thread and nothing else; a program that returns lands where the loader would be. */
void start_horizon(S *s) {
  u8 *const m = s->mem;
  commit_memory(m, STACK_TOP - STACK_SIZE, STACK_SIZE + 0x1000);
  commit_memory(m, THREAD_LOCAL, MAX_THREADS * THREAD_LOCAL_BYTES);
  s->tpidrro = THREAD_LOCAL;
  current_thread()->priority = MAIN_PRIORITY;
  ST32(LOADER_CONFIG, MAIN_THREAD_ENTRY);
  ST64(LOADER_CONFIG + 8, add_thread_handle(current_thread()));
  s->x[31] = STACK_TOP;
  s->x[0] = LOADER_CONFIG;
  s->x[1] = ~0ull;
  s->x[30] = RETURN_TO_LOADER;
}

static void exit_process(S *s, u64 pc) { (void)s, (void)pc; leave(0); }

static void get_system_tick(S *s, u64 pc) { (void)pc; s->x[0] = s->tick; }

static void output_debug_string(S *s, u64 pc) {
  capture_console(guest_bytes(s, s->x[0], s->x[1], pc), s->x[1]);
  s->x[0] = 0;
}

static void device_present(S *s, u64 pc) {
  const u64 width = s->x[1], height = s->x[2], stride = s->x[3];
  if (!width || !height || width > 8192 || height > 8192 || stride < width * 4 || stride > 65536)
    give_up("present at 0x%llx: no picture has that size", (unsigned long long)pc);
  capture_frame(guest_bytes(s, s->x[0], stride * height, pc), (u32)width, (u32)height, (u32)stride, s->tick);
  wait_for((struct wait){ .kind = WAIT_TIME, .until = s->tick + TICKS_PER_FRAME - s->tick % TICKS_PER_FRAME });
}

static void device_submit_audio(S *s, u64 pc) {
  if (s->x[1] > 48000) give_up("audio at 0x%llx: more than a second at once", (unsigned long long)pc);
  capture_audio(guest_bytes(s, s->x[0], s->x[1] * 4, pc), s->x[1] * 4);
  s->x[0] = 0;
}

static void device_read_input(S *s, u64 pc) {
  (void)pc;
  const struct input input = input_at(s->tick);
  s->x[0] = 0;
  s->x[1] = input.buttons;
  s->x[2] = 0;
  for (int i = 0; i < 4; i++) s->x[2] |= (u64)(u16)input.stick[i] << 16 * i;
}

static void other_call(S *s, u32 number, u64 pc) {
  switch (number) {
  case 0x07: return exit_process(s, pc);
  case 0x1E: return get_system_tick(s, pc);
  case 0x27: return output_debug_string(s, pc);
  case 0x8001: return device_present(s, pc);
  case 0x8002: return device_submit_audio(s, pc);
  case 0x8003: return device_read_input(s, pc);
  default:
    fprintf(stderr, "%s: supervisor call 0x%x at 0x%llx is not implemented\n", recomp_program.name, number, (unsigned long long)pc);
    s->x[0] = RESULT_INVALID_CALL;
  }
}

void horizon_call(S *s, u32 number, u64 pc) {
  if (!thread_call(s, number, pc) && !lock_call(s, number, pc) && !handle_call(s, number, pc)) other_call(s, number, pc);
  give_way();
}
