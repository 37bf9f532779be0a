#include "threads.h"
#include <stdlib.h>
#include <string.h>

/* A slice is so many jumps back, and so much of virtual time if there are others; a yield counts as many. */
enum { SLICE = 65536, TICKS_PER_SLICE = TICKS_PER_SECOND / 4000, YIELD = 1024 };

static struct thread *threads[MAX_THREADS];
static struct thread *current;
static u64 last_since;
static u32 last_id, is_urgent;

struct thread *current_thread(void) { return current; }
struct thread *thread_at(u32 index) { return index < MAX_THREADS ? threads[index] : NULL; }

#define EACH_THREAD(t, condition) \
  for (u32 i = 0; i < MAX_THREADS && threads[i]; i++) \
    for (struct thread *t = threads[i]; t && (condition); t = NULL)

static void run_thread(void) {
  S *const s = &current->state;
  for (u64 pc = current->start;;) pc = go(s, pc);
}

static struct thread *free_place(void) {
  for (u32 i = 0; i < MAX_THREADS; i++) {
    if (!threads[i] && !(threads[i] = calloc(1, sizeof *threads[i]))) give_up("out of memory");
    if (threads[i]->status == THREAD_FREE) return threads[i];
  }
  return NULL;
}

struct thread *begin_threads(void) {
  current = free_place();
  current->id = ++last_id;
  current->state.left = SLICE;
  current->state.monitor = NEVER;
  current->status = THREAD_READY;
  return current;
}

struct thread *make_thread(u64 start) {
  struct thread *const made = free_place();
  if (!made) return NULL;
  memset(made, 0, sizeof *made);
  made->state = current->state;
  made->state.monitor = NEVER;
  made->start = start;
  made->id = ++last_id;
  made->priority = current->priority;
  made->status = THREAD_MADE;
  return made;
}

void forget_other_threads(void) {
  EACH_THREAD(t, t != current) t->status = THREAD_FREE;
}

void make_ready(struct thread *t) {
  if (t->status == THREAD_MADE) t->stack = make_host_stack(run_thread);
  t->status = THREAD_READY;
  t->since = ++last_since;
  t->passed_over = 0;
  if (t->priority < current->priority) is_urgent = 1;
}

void wake(struct thread *t, u64 result) {
  t->state.x[0] = result;
  make_ready(t);
}

void set_priority(struct thread *t, s32 priority) {
  t->priority = priority;
  EACH_THREAD(other, other->status == THREAD_READY && other->priority < current->priority) is_urgent = 1;
}

static int goes_before(const struct thread *a, const struct thread *b) {
  return a->priority != b->priority ? a->priority < b->priority : a->since < b->since;
}

struct thread *first_waiting(enum wait_kind kind, u64 key, u64 bits) {
  struct thread *first = NULL;
  EACH_THREAD(t, t->status == THREAD_WAITING && t->wait.kind == kind && t->wait.key == key && (t->wait.bits & bits) && (!first || goes_before(t, first))) first = t;
  return first;
}

/* Nobody is passed over for ever: it may be who the urgent ones wait for. */
static s64 rank(const struct thread *t) { return (s64)t->priority - t->passed_over; }

static struct thread *best(void) {
  struct thread *found = NULL;
  EACH_THREAD(t, t->status == THREAD_READY)
    if (!found || rank(t) < rank(found) || (rank(t) == rank(found) && t->since < found->since)) found = t;
  return found;
}

static struct thread *next_to_wake(void) {
  struct thread *found = NULL;
  EACH_THREAD(t, t->status == THREAD_WAITING && t->wait.until != NEVER)
    if (!found || t->wait.until < found->wait.until || (t->wait.until == found->wait.until && t->since < found->since)) found = t;
  return found;
}

/* Time has moved to `tick`: those whose wait is over go on, in the order of their times. */
static void set_time(u64 tick) {
  current->state.tick = tick;
  for (struct thread *t; (t = next_to_wake()) && t->wait.until <= tick;) wake(t, t->wait.late);
}

static const char *const WAITS[] = { "sleeps", "waits at the futex", "waits for the lock at", "waits at the condition variable", "waits at", "waits for handles at" };

static void say_deadlock(void) {
  char text[2048];
  size_t length = 0;
  EACH_THREAD(t, t->status == THREAD_WAITING && length < sizeof text - 100)
    length += (size_t)snprintf(text + length, sizeof text - length, "%s thread %u %s 0x%llx", length ? "," : "", t->id, WAITS[t->wait.kind], (unsigned long long)t->wait.key);
  give_up("deadlock, nothing can wake any thread:%s", text);
}

/* Somebody's turn. The current thread's status says whether it may be its own again. */
static void run_next(void) {
  struct thread *next;
  is_urgent = 0;
  while (!(next = best())) {
    const struct thread *const sleeper = next_to_wake();
    if (!sleeper) say_deadlock();
    set_time(sleeper->wait.until);
  }
  is_urgent = 0;
  EACH_THREAD(t, t->status == THREAD_READY && t != next) t->passed_over++;
  next->passed_over = 0;
  struct thread *const before = current;
  if (next == before) return;
  before->state.monitor = NEVER;
  next->state.tick = before->state.tick;
  next->state.left = before->state.left;
  current = next;
  switch_host_stack(&before->stack, &next->stack);
}

static void go_behind_others(void) {
  current->since = ++last_since;
  run_next();
}

u32 threads_alive(void) {
  u32 count = 0;
  EACH_THREAD(t, t->status == THREAD_READY || t->status == THREAD_WAITING) count++;
  return count;
}

/* Time stands still while there is but one thread: it moves when the program waits, and never by itself. */
void slice_over(S *s) {
  s->left = SLICE;
  if (threads_alive() < 2) return;
  set_time(s->tick + TICKS_PER_SLICE);
  go_behind_others();
}

void yield_thread(void) {
  S *const s = &current->state;
  if (threads_alive() < 2) return;
  if (s->left <= YIELD) return slice_over(s);
  s->left -= YIELD;
  go_behind_others();
}

void give_way(void) {
  if (is_urgent) go_behind_others();
}

void wait_for(struct wait wait) {
  current->wait = wait;
  current->status = THREAD_WAITING;
  go_behind_others();
}

void end_thread(enum thread_status status) {
  give_back_host_stack(current->stack);
  current->status = status;
  run_next();
}
