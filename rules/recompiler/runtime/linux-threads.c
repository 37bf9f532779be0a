/*
 * Threads of Linux as static C libraries make them: clone, futex, and what is left behind at their end. A futex's
 * waiters are woken in the order in which they came.
 */
#include "linux.h"
#include "linux-threads.h"
#include <errno.h>
#include <string.h>

static u32 word_at(S *s, u64 address, u64 pc) { return *(const m32 *)guest_bytes(s, address, 4, pc); }
static void put_word(S *s, u64 address, u32 value, u64 pc) { *(m32 *)guest_bytes(s, address, 4, pc) = value; }

u64 clone_thread(S *s, u64 pc) {
  enum { VM = 0x100, SIGHAND = 0x800, THREAD = 0x10000, SET_TLS = 0x80000, PARENT_TID = 0x100000, CLEAR_TID = 0x200000, CHILD_TID = 0x1000000 };
  const u64 flags = s->x[0], needed = VM | SIGHAND | THREAD;
  if ((flags & needed) != needed) {
    fprintf(stderr, "%s: system call at 0x%llx would make a process, and only threads can be made\n", recomp_program.name, (unsigned long long)pc);
    return failed(ENOSYS);
  }
  struct thread *const made = make_thread(pc + 4);
  if (!made) return failed(EAGAIN);
  made->state.x[0] = 0;
  made->linux_only.blocked = current_thread()->linux_only.blocked;
  if (s->x[1]) made->state.x[31] = s->x[1];
  if (flags & SET_TLS) made->state.tpidr = s->x[3];
  if (flags & PARENT_TID) put_word(s, s->x[2], made->id, pc);
  if (flags & CHILD_TID) put_word(s, s->x[4], made->id, pc);
  if (flags & CLEAR_TID) made->linux_only.clear_tid = s->x[4];
  make_ready(made);
  return made->id;
}

u64 set_clear_tid(S *s) {
  current_thread()->linux_only.clear_tid = s->x[0];
  return current_thread()->id;
}

u64 set_robust_list(S *s) {
  current_thread()->linux_only.robust_list = s->x[0];
  return 0;
}

static u64 wake_waiters(u64 address, u64 count, u64 bits) {
  u64 woken = 0;
  for (struct thread *t; woken < count && (t = first_waiting(WAIT_FUTEX, address, bits)); woken++) wake(t, 0);
  return woken;
}

/* Those who wait beyond the first `count` wait at another word from now on; their order stays. */
static u64 move_waiters(u64 from, u64 to, u64 count) {
  u64 moved = 0;
  for (struct thread *t; moved < count && (t = first_waiting(WAIT_FUTEX, from, ~0u)); moved++) t->wait.key = to;
  return moved;
}

/* Two words at once: one is changed, and its waiters are woken if it was as the call says. */
static u64 wake_and_change(S *s, u64 pc) {
  const u32 code = (u32)s->x[5], shift = code >> 31, action = code >> 28 & 7, compare = code >> 24 & 15;
  const s32 given = (s32)(code << 8) >> 20, wanted = (s32)(code << 20) >> 20;
  const u32 by = shift ? 1u << (given & 31) : (u32)given, old = word_at(s, s->x[4], pc);
  const u32 values[] = { by, old + by, old | by, old & ~by, old ^ by };
  const s32 before = (s32)old;
  const int holds[] = { before == wanted, before != wanted, before < wanted, before <= wanted, before > wanted, before >= wanted };
  if (action > 4 || compare > 5) return failed(ENOSYS);
  put_word(s, s->x[4], values[action], pc);
  const u64 woken = wake_waiters(s->x[0], (u32)s->x[2], ~0u);
  return woken + (holds[compare] ? wake_waiters(s->x[4], (u32)s->x[3], ~0u) : 0);
}

static u64 ticks_at(S *s, u64 address, u64 pc) {
  u64 time[2];
  memcpy(time, guest_bytes(s, address, 16, pc), 16);
  const u64 far = 1ull << 32; /* 136 years */
  if (time[1] >= 1000000000u) return NEVER;
  return time[0] >= far ? far * TICKS_PER_SECOND : time[0] * TICKS_PER_SECOND + time[1] * TICKS_PER_SECOND / 1000000000u;
}

static u64 wait_at_futex(S *s, u64 pc, u64 from, u64 bits) {
  const u64 address = s->x[0];
  u64 until = NEVER;
  if (s->x[3]) {
    const u64 ticks = ticks_at(s, s->x[3], pc);
    if (ticks == NEVER) return failed(EINVAL);
    until = from + ticks;
  }
  if (!bits) return failed(EINVAL);
  if (word_at(s, address, pc) != (u32)s->x[2]) return failed(EAGAIN);
  if (until <= s->tick) return failed(ETIMEDOUT);
  wait_for((struct wait){ .kind = WAIT_FUTEX, .key = address, .bits = bits, .until = until, .late = failed(ETIMEDOUT) });
  return s->x[0];
}

u64 use_futex(S *s, u64 pc) {
  enum { WAIT, WAKE, REQUEUE = 3, COMPARE_REQUEUE, WAKE_OP, WAIT_BITS = 9, WAKE_BITS, COMMAND = 127 };
  const u64 address = s->x[0], count = (u32)s->x[2];
  if (address % 4) return failed(EINVAL);
  switch (s->x[1] & COMMAND) {
  case WAIT: return wait_at_futex(s, pc, s->tick, ~0u);
  case WAIT_BITS: return wait_at_futex(s, pc, 0, (u32)s->x[5]);
  case WAKE: return wake_waiters(address, count, ~0u);
  case WAKE_BITS: return s->x[5] << 32 ? wake_waiters(address, count, (u32)s->x[5]) : failed(EINVAL);
  case COMPARE_REQUEUE:
    if (word_at(s, address, pc) != (u32)s->x[5]) return failed(EAGAIN);
    /* fall through */
  case REQUEUE: {
    const u64 woken = wake_waiters(address, count, ~0u);
    return woken + move_waiters(address, s->x[4], (u32)s->x[3]);
  }
  case WAKE_OP: return wake_and_change(s, pc);
  default: return failed(ENOSYS); /* those that lend priority */
  }
}

u64 sleep_until(S *s, u64 pc, u64 from, u64 address) {
  const u64 ticks = ticks_at(s, address, pc);
  if (ticks == NEVER) return failed(EINVAL);
  if (from + ticks <= s->tick) {
    s->x[0] = 0;
    yield_thread();
    return 0;
  }
  wait_for((struct wait){ .kind = WAIT_TIME, .until = from + ticks });
  return s->x[0];
}

/* Locks that died with their owner: whoever waits is told so by a bit in the word. */
static void release_robust(S *s, u64 pc) {
  enum { WAITERS = 1u << 31, OWNER_DIED = 1u << 30, THREAD_BITS = OWNER_DIED - 1, MOST = 2048 };
  const u64 head = current_thread()->linux_only.robust_list;
  if (!head) return;
  u8 *const m = guest_bytes(s, head, 24, pc) - head;
  const u64 offset = LD64(head + 8);
  u64 entry = LD64(head);
  for (u32 i = 0; entry != head && i < MOST; i++) {
    const u64 address = (entry & ~1ull) + offset, next = *(const m64 *)guest_bytes(s, entry & ~1ull, 8, pc);
    const u32 word = word_at(s, address, pc);
    if ((word & THREAD_BITS) == current_thread()->id) {
      put_word(s, address, (word & WAITERS) | OWNER_DIED, pc);
      if (word & WAITERS) wake_waiters(address, 1, ~0u);
    }
    entry = next;
  }
}

void exit_thread(S *s, u64 pc) {
  static int first_status;
  struct thread *const thread = current_thread();
  if (thread->id == process_id()) first_status = (int)s->x[0] & 255;
  if (threads_alive() == 1) leave(first_status);
  release_robust(s, pc);
  if (thread->linux_only.clear_tid) {
    put_word(s, thread->linux_only.clear_tid, 0, pc);
    wake_waiters(thread->linux_only.clear_tid, 1, ~0u);
  }
  end_thread(THREAD_FREE);
  __builtin_unreachable();
}
