/*
 * Locks, condition variables and waits at addresses, as the console's kernel arbitrates them: the word of a lock holds
 * its owner's handle, and a bit that says that others wait.
 */
#include "horizon-threads.h"

enum { WAIT_MASK = 0x40000000 };
enum { IF_LESS, DECREMENT_IF_LESS, IF_EQUAL };
enum { SIGNAL, INCREMENT_IF_EQUAL, MODIFY_BY_WAITERS };

static u32 word_at(S *s, u64 address, u64 pc) { return *(const m32 *)guest_bytes(s, address, 4, pc); }
static void put_word(S *s, u64 address, u32 value, u64 pc) { *(m32 *)guest_bytes(s, address, 4, pc) = value; }

static u64 arbitrate_lock(S *s, u64 pc) {
  const u32 handle = (u32)s->x[0], tag = (u32)s->x[2];
  const u64 address = s->x[1];
  if (address % 4) return RESULT_INVALID_ADDRESS;
  if (word_at(s, address, pc) != (handle | WAIT_MASK)) return 0;
  struct thread *const owner = thread_of(handle);
  if (!owner) return RESULT_INVALID_HANDLE;
  current_thread()->horizon_only.tag = tag;
  current_thread()->horizon_only.owner = owner;
  wait_for((struct wait){ .kind = WAIT_LOCK, .key = address, .bits = 1, .until = NEVER });
  return s->x[0];
}

static int waits_for_lock_of(const struct thread *t, const struct thread *owner, u64 address) {
  return t->status == THREAD_WAITING && t->wait.kind == WAIT_LOCK && t->wait.key == address && t->horizon_only.owner == owner;
}

/* The lock goes to the first that waits for it, and with it those that still wait; 0 is nobody's. */
static void hand_over(S *s, u64 address, u64 pc) {
  struct thread *const owner = current_thread();
  struct thread *next = NULL;
  u32 others = 0;
  for (u32 i = 0; i < MAX_THREADS && thread_at(i); i++) {
    struct thread *const t = thread_at(i);
    if (!waits_for_lock_of(t, owner, address)) continue;
    others++;
    if (!next || t->priority < next->priority || (t->priority == next->priority && t->since < next->since)) next = t;
  }
  put_word(s, address, next ? next->horizon_only.tag | (others > 1 ? WAIT_MASK : 0) : 0, pc);
  if (!next) return;
  wake(next, 0);
  for (u32 i = 0; i < MAX_THREADS && thread_at(i); i++)
    if (waits_for_lock_of(thread_at(i), owner, address)) thread_at(i)->horizon_only.owner = next;
}

static u64 arbitrate_unlock(S *s, u64 pc) {
  const u64 address = s->x[0];
  if (address % 4) return RESULT_INVALID_ADDRESS;
  hand_over(s, address, pc);
  return 0;
}

static u64 wait_key(S *s, u64 pc) {
  const u64 lock = s->x[0], key = s->x[1];
  const s64 timeout = (s64)s->x[3];
  if (lock % 4) return RESULT_INVALID_ADDRESS;
  hand_over(s, lock, pc);
  put_word(s, key, 1, pc);
  if (!timeout) return RESULT_TIMED_OUT;
  current_thread()->horizon_only.tag = (u32)s->x[2];
  current_thread()->horizon_only.lock = lock;
  wait_for((struct wait){ .kind = WAIT_CONDITION, .key = key, .bits = 1, .until = wait_end(s, timeout), .late = RESULT_TIMED_OUT });
  return s->x[0];
}

/* It has been signalled, and needs its lock now: it is there, or it waits for that. */
static void take_lock(S *s, struct thread *t, u64 pc) {
  const u64 lock = t->horizon_only.lock;
  const u32 word = word_at(s, lock, pc);
  struct thread *const owner = thread_of(word & ~(u32)WAIT_MASK);
  put_word(s, lock, word ? word | WAIT_MASK : t->horizon_only.tag, pc);
  if (!word) wake(t, 0);
  else if (!owner) wake(t, RESULT_INVALID_STATE);
  else {
    t->wait.kind = WAIT_LOCK;
    t->wait.key = lock;
    t->horizon_only.owner = owner;
  }
}

static void signal_key(S *s, u64 pc) {
  const u64 key = s->x[0];
  const s32 count = (s32)s->x[1];
  struct thread *t;
  for (s32 i = 0; (count <= 0 || i < count) && (t = first_waiting(WAIT_CONDITION, key, 1)); i++) take_lock(s, t, pc);
  if (!first_waiting(WAIT_CONDITION, key, 1)) put_word(s, key, 0, pc);
}

static u64 wait_for_address(S *s, u64 pc) {
  const u64 address = s->x[0];
  const u32 type = (u32)s->x[1];
  const s32 value = (s32)s->x[2];
  const s64 timeout = (s64)s->x[3];
  if (address % 4) return RESULT_INVALID_ADDRESS;
  if (type > IF_EQUAL) return RESULT_INVALID_ENUM;
  const s32 now = (s32)word_at(s, address, pc);
  if (type == IF_EQUAL ? now != value : now >= value) return RESULT_INVALID_STATE;
  if (type == DECREMENT_IF_LESS) put_word(s, address, (u32)now - 1, pc);
  if (!timeout) return RESULT_TIMED_OUT;
  wait_for((struct wait){ .kind = WAIT_ADDRESS, .key = address, .bits = 1, .until = wait_end(s, timeout), .late = RESULT_TIMED_OUT });
  return s->x[0];
}

/* By how the number of waiters compares with the number to be woken; a count of zero or less is for all. */
static u32 by_waiters(u64 address, u32 value, s32 count) {
  s32 waiters = 0;
  for (u32 i = 0; i < MAX_THREADS && thread_at(i); i++) {
    const struct thread *const t = thread_at(i);
    waiters += t->status == THREAD_WAITING && t->wait.kind == WAIT_ADDRESS && t->wait.key == address;
  }
  if (!waiters) return value + 1;
  if (count <= 0) return value - 2;
  return waiters > count ? value : value - 1;
}

static u64 signal_to_address(S *s, u64 pc) {
  const u64 address = s->x[0];
  const u32 type = (u32)s->x[1], value = (u32)s->x[2];
  const s32 count = (s32)s->x[3];
  struct thread *t;
  if (address % 4) return RESULT_INVALID_ADDRESS;
  if (type > MODIFY_BY_WAITERS) return RESULT_INVALID_ENUM;
  if (type != SIGNAL) {
    if (word_at(s, address, pc) != value) return RESULT_INVALID_STATE;
    put_word(s, address, type == INCREMENT_IF_EQUAL ? value + 1 : by_waiters(address, value, count), pc);
  }
  for (s32 i = 0; (count <= 0 || i < count) && (t = first_waiting(WAIT_ADDRESS, address, 1)); i++) wake(t, 0);
  return 0;
}

int lock_call(S *s, u32 number, u64 pc) {
  switch (number) {
  case 0x1A: s->x[0] = arbitrate_lock(s, pc); return 1;
  case 0x1B: s->x[0] = arbitrate_unlock(s, pc); return 1;
  case 0x1C: s->x[0] = wait_key(s, pc); return 1;
  case 0x1D: signal_key(s, pc); return 1;
  case 0x34: s->x[0] = wait_for_address(s, pc); return 1;
  case 0x35: s->x[0] = signal_to_address(s, pc); return 1;
  default: return 0;
  }
}
