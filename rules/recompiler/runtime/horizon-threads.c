/* Threads of the console's kernel: made, started, ended; their priorities and processors. */
#include "horizon-threads.h"
#include <string.h>

enum { LOWEST_PRIORITY = 63, CORES = 4, DEFAULT_CORE = -2, KEEP_CORE = -3, NO_CORE = -1 };

u64 wait_end(S *s, s64 nanoseconds) {
  return nanoseconds < 0 ? NEVER : s->tick + (u64)((u128)(u64)nanoseconds * TICKS_PER_SECOND / 1000000000u);
}

static u32 free_slot(void) {
  for (u32 slot = 0;; slot++) {
    u32 is_used = 0;
    for (u32 i = 0; i < MAX_THREADS && thread_at(i); i++) {
      const struct thread *const t = thread_at(i);
      is_used |= t->status != THREAD_FREE && t->status != THREAD_ENDED && t->state.tpidrro && t->horizon_only.slot == slot;
    }
    if (!is_used) return slot;
  }
}

static u64 create_thread(S *s) {
  const s32 core = (s32)s->x[5], priority = (s32)s->x[4];
  if (core != DEFAULT_CORE && (core < 0 || core >= CORES)) return RESULT_INVALID_CORE;
  if (priority < 0 || priority > LOWEST_PRIORITY) return RESULT_INVALID_PRIORITY;
  const u32 slot = free_slot();
  struct thread *const made = make_thread(s->x[1]);
  if (!made) return RESULT_OUT_OF_RESOURCE;
  const u32 handle = add_thread_handle(made);
  if (!handle) {
    made->status = THREAD_FREE;
    return RESULT_OUT_OF_HANDLES;
  }
  S *const state = &made->state;
  memset(state->x, 0, sizeof state->x);
  memset(state->v, 0, sizeof state->v);
  state->nzcv = 0;
  state->tpidr = state->fpcr = state->fpsr = 0;
  state->x[0] = s->x[2];
  state->x[31] = s->x[3];
  state->tpidrro = THREAD_LOCAL + slot * THREAD_LOCAL_BYTES;
  memset(s->mem + state->tpidrro, 0, THREAD_LOCAL_BYTES);
  made->horizon_only.slot = slot;
  made->horizon_only.core = core < 0 ? 0 : (u32)core;
  made->priority = priority;
  s->x[1] = handle;
  return 0;
}

static u64 start_thread(S *s) {
  struct thread *const thread = thread_of((u32)s->x[0]);
  if (!thread) return RESULT_INVALID_HANDLE;
  if (thread->status != THREAD_MADE) return RESULT_INVALID_STATE;
  make_ready(thread);
  return 0;
}

static void exit_thread(void) {
  struct thread *const thread = current_thread();
  if (threads_alive() == 1) leave(0);
  signal_object(thread);
  end_thread(thread->horizon_only.handles ? THREAD_ENDED : THREAD_FREE);
}

static u64 get_priority(S *s) {
  const struct thread *const thread = thread_of((u32)s->x[1]);
  if (!thread) return RESULT_INVALID_HANDLE;
  s->x[1] = (u64)thread->priority;
  return 0;
}

static u64 change_priority(S *s) {
  struct thread *const thread = thread_of((u32)s->x[0]);
  const s32 priority = (s32)s->x[1];
  if (priority < 0 || priority > LOWEST_PRIORITY) return RESULT_INVALID_PRIORITY;
  if (!thread) return RESULT_INVALID_HANDLE;
  set_priority(thread, priority);
  return 0;
}

static u64 get_core_mask(S *s) {
  const struct thread *const thread = thread_of((u32)s->x[2]);
  if (!thread) return RESULT_INVALID_HANDLE;
  s->x[1] = thread->horizon_only.core;
  s->x[2] = 1ull << thread->horizon_only.core;
  return 0;
}

/* There is one processor: what is remembered is what is asked for again. */
static u64 set_core_mask(S *s) {
  struct thread *const thread = thread_of((u32)s->x[0]);
  const s32 core = (s32)s->x[1];
  if (core < KEEP_CORE || core >= CORES) return RESULT_INVALID_CORE;
  if (!thread) return RESULT_INVALID_HANDLE;
  if (core == DEFAULT_CORE) thread->horizon_only.core = 0;
  else if (core != KEEP_CORE && core != NO_CORE) thread->horizon_only.core = (u32)core;
  return 0;
}

static u64 get_thread_id(S *s) {
  const struct thread *const thread = thread_of((u32)s->x[1]);
  if (!thread) return RESULT_INVALID_HANDLE;
  s->x[1] = thread->id;
  return 0;
}

/* Zero and below yield to other threads, on this processor or on any. */
static void sleep_thread(S *s) {
  const s64 nanoseconds = (s64)s->x[0];
  if (nanoseconds <= 0) yield_thread();
  else wait_for((struct wait){ .kind = WAIT_TIME, .until = wait_end(s, nanoseconds), .late = s->x[0] });
}

int thread_call(S *s, u32 number, u64 pc) {
  (void)pc;
  switch (number) {
  case 0x08: s->x[0] = create_thread(s); return 1;
  case 0x09: s->x[0] = start_thread(s); return 1;
  case 0x0A: exit_thread(); return 1;
  case 0x0B: sleep_thread(s); return 1;
  case 0x0C: s->x[0] = get_priority(s); return 1;
  case 0x0D: s->x[0] = change_priority(s); return 1;
  case 0x0E: s->x[0] = get_core_mask(s); return 1;
  case 0x0F: s->x[0] = set_core_mask(s); return 1;
  case 0x10: s->x[0] = current_thread()->horizon_only.core; return 1;
  case 0x25: s->x[0] = get_thread_id(s); return 1;
  default: return 0;
  }
}
