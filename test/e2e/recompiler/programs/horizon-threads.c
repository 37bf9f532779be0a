/*
 * Threads of the console on the test device: one draws pictures, one shows them, one sounds; before that they say what
 * the kernel answers to each call. Built with first-light's start and packer: see horizon-threads.sh.
 */
typedef unsigned char u8; typedef unsigned int u32; typedef unsigned long u64;
typedef short s16; typedef int s32; typedef long s64;

static u64 out[3]; /* x1 and x2 of the last call that has them, by the main thread */

static u64 svc(u32 number, u64 a, u64 b, u64 c, u64 d, u64 e, u64 *second, u64 *third) {
  register u64 x0 __asm__("x0") = a;
  register u64 x1 __asm__("x1") = b;
  register u64 x2 __asm__("x2") = c;
  register u64 x3 __asm__("x3") = d;
  register u64 x4 __asm__("x4") = e;
  register u64 x5 __asm__("x5") = (u64)(s64)-2;
#define CASE(n) case n: __asm__ volatile("svc %6" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5) : "i"(n) : "memory", "cc"); break;
  switch (number) {
  CASE(0x08) CASE(0x09) CASE(0x0A) CASE(0x0B) CASE(0x0C) CASE(0x0D) CASE(0x0E) CASE(0x0F) CASE(0x10) CASE(0x11) CASE(0x12)
  CASE(0x16) CASE(0x17) CASE(0x18) CASE(0x19) CASE(0x1A) CASE(0x1B) CASE(0x1C) CASE(0x1D) CASE(0x1E) CASE(0x25) CASE(0x27)
  CASE(0x34) CASE(0x35) CASE(0x45) CASE(0x8001) CASE(0x8002)
  }
  if (second) *second = x1;
  if (third) *third = x2;
  return x0;
}
static u64 call(u32 number, u64 a, u64 b, u64 c, u64 d) { return svc(number, a, b, c, d, 0, &out[1], &out[2]); }
static void plain(u32 number, u64 a, u64 b) { svc(number, a, b, 0, 0, 0, 0, 0); }

static void say(const char *name, u64 value) {
  char text[64];
  u32 at = 0;
  while (*name) text[at++] = *name++;
  text[at++] = ' ';
  for (int i = 60; i >= 0; i -= 4) text[at++] = "0123456789abcdef"[value >> i & 15];
  plain(0x27, (u64)text, at);
}

enum { ME = 0xFFFF8000, FOREVER = -1, STACK = 8192, THREADS = 5, WAITED_FOR = 0x40000000 };
static u8 stacks[THREADS][STACK] __attribute__((aligned(16)));
static u32 threads[THREADS];

static u64 *own(void) {
  u64 *at;
  __asm__ volatile("mrs %0, tpidrro_el0" : "=r"(at));
  return at;
}

static u64 start(u32 i, void (*run)(u64), u64 argument, u32 priority) {
  u64 handle = 0;
  const u64 result = svc(0x08, 0, (u64)run, argument, (u64)stacks[i] + STACK, priority, &handle, 0);
  threads[i] = (u32)handle;
  return result ? result : call(0x09, handle, 0, 0, 0);
}
static void end(void) { plain(0x0A, 0, 0); }
static u64 wait_all(const u32 *handles, u32 count, s64 timeout) { return call(0x18, 0, (u64)handles, count, (u64)timeout); }
static void join(u32 i) {
  wait_all(&threads[i], 1, FOREVER);
  call(0x16, threads[i], 0, 0, 0);
}

/* A lock as programs of the console have it: the word is the owner's handle. Each thread keeps its own in its memory. */
static void lock(volatile u32 *word) {
  const u32 self = (u32)own()[1];
  for (;;) {
    u32 seen = 0;
    if (__atomic_compare_exchange_n(word, &seen, self, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return;
    if (!(seen & WAITED_FOR) && !__atomic_compare_exchange_n(word, &seen, seen | WAITED_FOR, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) continue;
    svc(0x1A, seen & ~WAITED_FOR, (u64)word, self, 0, 0, 0, 0);
    if ((*word & ~WAITED_FOR) == self) return;
  }
}
static void unlock(volatile u32 *word) {
  u32 seen = (u32)own()[1];
  if (!__atomic_compare_exchange_n(word, &seen, 0, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) plain(0x1B, (u64)word, 0);
}
static u64 wait_condition(volatile u32 *key, volatile u32 *word, s64 timeout) {
  const u64 result = svc(0x1C, (u64)word, (u64)key, (u32)own()[1], (u64)timeout, 0, 0, 0);
  if (result == 0xEA01) lock(word);
  return result;
}
static void signal_condition(volatile u32 *key, s32 count) { plain(0x1D, (u64)key, (u64)(s64)count); }

static volatile u32 mutex, ready, space, flag, gate, events[2];
static volatile u64 log, spun;
static void note(u64 what) { log = log * 31 + what; }

static void learn_own_handle(u32 i) {
  while (!threads[i]) plain(0x0B, 0, 0);
  own()[1] = threads[i];
}

static void spin(u64 i) {
  while (!flag) spun++;
  note(spun);
  end();
}
static void sleep_and_flag(u64 i) {
  plain(0x0B, 2000000, 0);
  flag = 1;
  end();
}
static void count_under_lock(u64 i) {
  learn_own_handle((u32)i);
  for (u32 round = 0; round < 400; round++) {
    lock(&mutex);
    note(i);
    for (volatile u32 k = 0; k < 100; k++) {}
    unlock(&mutex);
  }
  end();
}
static void wait_at_gate(u64 i) {
  note(svc(0x34, (u64)&gate, 2, 0, i == 2 ? 3000000 : (u64)(s64)-1, 0, 0, 0) + i);
  end();
}
static void wait_for_event(u64 i) {
  u64 index = 9;
  note(svc(0x18, 0, (u64)events, 2, (u64)(s64)-1, 0, &index, 0) * 16 + index);
  end();
}

static void ask_the_kernel(void) {
  say("priority", call(0x0C, 0, ME, 0, 0) << 32 | out[1]);
  say("lower", call(0x0D, ME, 0x30, 0, 0));
  say("priority", call(0x0C, 0, ME, 0, 0) << 32 | out[1]);
  say("too low", call(0x0D, ME, 64, 0, 0));
  call(0x0D, ME, 0x2C, 0, 0);
  say("no thread", call(0x0C, 0, 0x123, 0, 0));
  say("processor", call(0x10, 0, 0, 0, 0));
  say("moved", call(0x0F, ME, 2, 4, 0));
  say("processor", call(0x10, 0, 0, 0, 0));
  say("id", call(0x25, 0, ME, 0, 0) << 32 | out[1]);
  say("bad priority", svc(0x08, 0, (u64)end, 0, 0, 99, 0, 0));
  say("close nothing", call(0x16, 0x777, 0, 0, 0));
  u32 self = ME;
  say("late", wait_all(&self, 1, 0));
  say("later", wait_all(&self, 1, 1000000));
  say("nobody", wait_all((const u32 *)&flag, 1, 0));
  say("too many", wait_all(&self, 65, 0));
  say("odd lock", call(0x1A, 1, 0x8000001, 0, 0));
  say("free lock", call(0x1A, 1, (u64)&flag, 0, 0));
  say("not equal", call(0x34, (u64)&flag, 2, 5, 1000));
  say("no type", call(0x34, (u64)&flag, 7, 5, 1000));
  say("less, late", call(0x34, (u64)&flag, 1, 5, 0));
  say("decremented", flag);
  say("not equal", call(0x35, (u64)&flag, 1, 5, 1));
  say("equal", call(0x35, (u64)&flag, 2, (u64)(s64)-1, 1));
  say("nobody waited", flag);
}

static void meet(void) {
  log = 0;
  say("started", start(0, spin, 0, 0x3B) | start(1, sleep_and_flag, 1, 0x3B));
  say("again", call(0x09, threads[0], 0, 0, 0));
  while (!flag) {}
  join(0);
  join(1);
  say("closed", call(0x09, threads[0], 0, 0, 0));
  say("spun", log);

  log = 0;
  for (u32 i = 0; i < 4; i++) threads[i] = 0;
  for (u32 i = 0; i < 4; i++) start(i, count_under_lock, i, i < 2 ? 0x2C : 0x2D);
  for (u32 i = 0; i < 4; i++) join(i);
  say("locked", log);
  say("free", mutex);

  log = 0;
  for (u32 i = 0; i < 4; i++) start(i, wait_at_gate, i, 0x20 + i);
  say("woken", call(0x35, (u64)&gate, 2, 0, 1));
  say("gate", gate);
  join(2);
  say("woken", call(0x35, (u64)&gate, 1, gate, 0));
  join(0);
  join(1);
  join(3);
  say("gate", gate);
  say("order", log);

  log = 0;
  u64 writable, readable, other_writable, other;
  say("event", svc(0x45, 0, 0, 0, 0, 0, &writable, &readable));
  svc(0x45, 0, 0, 0, 0, 0, &other_writable, &other);
  events[0] = (u32)readable;
  events[1] = (u32)other;
  start(0, wait_for_event, 0, 0x3B);
  start(1, wait_for_event, 1, 0x3B);
  plain(0x0B, 1000000, 0);
  say("cancel", call(0x19, threads[1], 0, 0, 0));
  plain(0x0B, 1000000, 0);
  say("not mine", call(0x11, other, 0, 0, 0));
  say("signal", call(0x11, other_writable, 0, 0, 0));
  join(0);
  join(1);
  say("events", log);
  say("still", wait_all((const u32 *)events, 2, 0) << 32 | out[1]);
  say("reset", call(0x17, other, 0, 0, 0));
  say("reset", call(0x17, other, 0, 0, 0));
  say("clear", call(0x12, other_writable, 0, 0, 0));
}

enum { WIDTH = 64, HEIGHT = 36, FRAMES = 10, RING = 3, CHUNK = 800 };
static u32 pictures[RING][WIDTH * HEIGHT];
static volatile u32 drawn, shown;

static void draw(u64 i) {
  learn_own_handle((u32)i);
  for (u32 frame = 0; frame < FRAMES; frame++) {
    lock(&mutex);
    while (drawn - shown == RING) wait_condition(&space, &mutex, FOREVER);
    unlock(&mutex);
    for (u32 y = 0; y < HEIGHT; y++)
      for (u32 x = 0; x < WIDTH; x++) pictures[frame % RING][y * WIDTH + x] = 0xFF000000u | (x * frame * 4) << 8 | (y * 7 + frame) | (u32)(log & 0xFF) << 16;
    lock(&mutex);
    drawn++;
    signal_condition(&ready, 1);
    unlock(&mutex);
  }
  end();
}
static void sound(u64 i) {
  static s16 samples[CHUNK * 2];
  for (u32 chunk = 0; chunk < FRAMES; chunk++) {
    for (u32 k = 0; k < CHUNK; k++) samples[2 * k] = samples[2 * k + 1] = (s16)((k * (chunk + 1) * 97 + shown * 1000) & 0x3FFF);
    plain(0x8002, (u64)samples, CHUNK);
    plain(0x0B, 16666667, 0);
  }
  end();
}
/* Never waits: it would keep the others from running if it could. */
static void disturb(u64 i) {
  while (shown < FRAMES) log++;
  end();
}

void program(u64 environment) {
  own()[1] = 0x8000; /* the loader's environment says so too */
  ask_the_kernel();
  meet();
  for (u32 i = 0; i < 3; i++) threads[i] = 0;
  start(0, draw, 0, 0x2D);
  start(1, sound, 1, 0x20);
  start(2, disturb, 2, 0x1F);
  for (u32 frame = 0; frame < FRAMES; frame++) {
    lock(&mutex);
    while (drawn == shown)
      if (wait_condition(&ready, &mutex, 40000000)) say("waited", frame);
    unlock(&mutex);
    svc(0x8001, (u64)pictures[frame % RING], WIDTH, HEIGHT, WIDTH * 4, 0, 0, 0);
    lock(&mutex);
    shown++;
    signal_condition(&space, -1);
    unlock(&mutex);
  }
  for (u32 i = 0; i < 3; i++) join(i);
  say("tick", svc(0x1E, 0, 0, 0, 0, 0, 0, 0));
  say("done", log);
}
void *memset(void *to, int byte, u64 size) { u8 *t = to; while (size--) *t++ = (u8)byte; return to; }
