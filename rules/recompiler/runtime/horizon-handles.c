/* Handles name threads and events; a thread that has ended, and an event that was signalled, can be waited for. */
#include "horizon-threads.h"
#include <string.h>

enum { MAX_HANDLES = 1024, MAX_EVENTS = 256, MAX_OBJECTS = 64, CURRENT_THREAD = 0xFFFF8000, INDEX_BITS = 15 };
enum handle_kind { NO_HANDLE, THREAD_HANDLE, READABLE_HANDLE, WRITABLE_HANDLE };

struct event { u32 handles, is_signalled; };
struct handle { enum handle_kind kind; u32 number; void *object; };

static struct handle handles[MAX_HANDLES];
static struct event events[MAX_EVENTS];
static u32 last_number;

/* As the kernel makes them: the place, and above it a number that tells its users apart. */
static u32 add_handle(enum handle_kind kind, void *object) {
  for (u32 i = 0; i < MAX_HANDLES; i++) {
    if (handles[i].kind) continue;
    last_number = last_number % 0x7fff + 1;
    handles[i] = (struct handle){ kind, last_number, object };
    return last_number << INDEX_BITS | i;
  }
  return 0;
}

static struct handle *handle_at(u32 value) {
  const u32 index = value & ((1u << INDEX_BITS) - 1);
  struct handle *const h = &handles[index % MAX_HANDLES];
  return index < MAX_HANDLES && h->kind && h->number == value >> INDEX_BITS ? h : NULL;
}

u32 add_thread_handle(struct thread *thread) {
  const u32 handle = add_handle(THREAD_HANDLE, thread);
  if (handle) thread->horizon_only.handles++;
  return handle;
}

struct thread *thread_of(u32 value) {
  if (value == CURRENT_THREAD) return current_thread();
  const struct handle *const h = handle_at(value);
  return h && h->kind == THREAD_HANDLE ? h->object : NULL;
}

static struct event *event_of(u32 value, int may_read) {
  const struct handle *const h = handle_at(value);
  return h && (h->kind == WRITABLE_HANDLE || (may_read && h->kind == READABLE_HANDLE)) ? h->object : NULL;
}

static int waits_for(const struct thread *t, const void *object, u32 *index) {
  if (t->status != THREAD_WAITING || t->wait.kind != WAIT_OBJECTS) return 0;
  for (*index = 0; *index < t->horizon_only.object_count; ++*index)
    if (t->horizon_only.objects[*index] == object) return 1;
  return 0;
}

/* All of them, in the order of their ids' places: each is then where its priority puts it. */
void signal_object(const void *object) {
  for (;;) {
    struct thread *first = NULL;
    u32 index, first_index = 0;
    for (u32 i = 0; i < MAX_THREADS && thread_at(i); i++) {
      struct thread *const t = thread_at(i);
      if (!waits_for(t, object, &index) || (first && first->id < t->id)) continue;
      first = t;
      first_index = index;
    }
    if (!first) return;
    first->state.x[1] = first_index;
    wake(first, 0);
  }
}

static struct event *free_event(void) {
  for (u32 i = 0; i < MAX_EVENTS; i++) {
    u32 index, is_waited_for = 0;
    for (u32 j = 0; j < MAX_THREADS && thread_at(j); j++) is_waited_for |= (u32)waits_for(thread_at(j), &events[i], &index);
    if (!events[i].handles && !is_waited_for) return &events[i];
  }
  return NULL;
}

static u64 create_event(S *s) {
  struct event *const event = free_event();
  if (!event) return RESULT_OUT_OF_RESOURCE;
  const u32 writable = add_handle(WRITABLE_HANDLE, event), readable = writable ? add_handle(READABLE_HANDLE, event) : 0;
  if (!readable) {
    if (writable) handle_at(writable)->kind = NO_HANDLE;
    return RESULT_OUT_OF_HANDLES;
  }
  *event = (struct event){ 2, 0 };
  s->x[1] = writable;
  s->x[2] = readable;
  return 0;
}

static u64 close_handle(S *s) {
  struct handle *const h = handle_at((u32)s->x[0]);
  if (!h) return RESULT_INVALID_HANDLE;
  if (h->kind == THREAD_HANDLE) {
    struct thread *const thread = h->object;
    if (!--thread->horizon_only.handles && (thread->status == THREAD_ENDED || thread->status == THREAD_MADE)) thread->status = THREAD_FREE;
  } else ((struct event *)h->object)->handles--;
  h->kind = NO_HANDLE;
  return 0;
}

static u64 signal_event(S *s) {
  struct event *const event = event_of((u32)s->x[0], 0);
  if (!event) return RESULT_INVALID_HANDLE;
  if (!event->is_signalled) {
    event->is_signalled = 1;
    signal_object(event);
  }
  return 0;
}

static u64 clear_event(S *s) {
  struct event *const event = event_of((u32)s->x[0], 1);
  if (!event) return RESULT_INVALID_HANDLE;
  event->is_signalled = 0;
  return 0;
}

static u64 reset_signal(S *s) {
  const struct handle *const h = handle_at((u32)s->x[0]);
  if (!h || h->kind != READABLE_HANDLE) return RESULT_INVALID_HANDLE;
  struct event *const event = h->object;
  if (!event->is_signalled) return RESULT_INVALID_STATE;
  event->is_signalled = 0;
  return 0;
}

static int is_signalled(u32 value, const void **object) {
  struct thread *const thread = thread_of(value);
  const struct event *const event = thread ? NULL : event_of(value, 1);
  *object = thread ? (const void *)thread : event;
  return thread ? thread->status == THREAD_ENDED : event && event->is_signalled;
}

static u64 wait_synchronization(S *s, u64 pc) {
  struct thread *const thread = current_thread();
  const u64 address = s->x[1], count = (u32)s->x[2];
  const s64 timeout = (s64)s->x[3];
  if (count > MAX_OBJECTS) return RESULT_OUT_OF_RANGE;
  const u8 *const list = guest_bytes(s, address, count * 4, pc);
  u32 signalled = MAX_OBJECTS;
  for (u32 i = 0; i < count; i++) {
    const int is_over = is_signalled(*(const m32 *)(list + 4 * i), &thread->horizon_only.objects[i]);
    if (!thread->horizon_only.objects[i]) return RESULT_INVALID_HANDLE;
    if (is_over && signalled == MAX_OBJECTS) signalled = i;
  }
  if (signalled < MAX_OBJECTS) {
    s->x[1] = signalled;
    return 0;
  }
  if (thread->horizon_only.is_cancelled) {
    thread->horizon_only.is_cancelled = 0;
    return RESULT_CANCELLED;
  }
  if (!timeout) return RESULT_TIMED_OUT;
  thread->horizon_only.object_count = (u32)count;
  wait_for((struct wait){ .kind = WAIT_OBJECTS, .key = address, .until = wait_end(s, timeout), .late = RESULT_TIMED_OUT });
  return s->x[0];
}

static u64 cancel_synchronization(S *s) {
  struct thread *const thread = thread_of((u32)s->x[0]);
  if (!thread) return RESULT_INVALID_HANDLE;
  if (thread->status == THREAD_WAITING && thread->wait.kind == WAIT_OBJECTS) wake(thread, RESULT_CANCELLED);
  else thread->horizon_only.is_cancelled = 1;
  return 0;
}

int handle_call(S *s, u32 number, u64 pc) {
  switch (number) {
  case 0x11: s->x[0] = signal_event(s); return 1;
  case 0x12: s->x[0] = clear_event(s); return 1;
  case 0x16: s->x[0] = close_handle(s); return 1;
  case 0x17: s->x[0] = reset_signal(s); return 1;
  case 0x18: s->x[0] = wait_synchronization(s, pc); return 1;
  case 0x19: s->x[0] = cancel_synchronization(s); return 1;
  case 0x45: s->x[0] = create_event(s); return 1;
  default: return 0;
  }
}
