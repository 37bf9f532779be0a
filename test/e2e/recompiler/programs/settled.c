#include "threads.h"

/* Threads that agree on an order: every system that has threads prints the same. */
enum { PRODUCERS = 3, EACH = 300 };
static struct thread threads[6];
static volatile u32 mutex, items, spaces = 4, gate, taken, turn;
static volatile u64 sum, count, order;

static void down(volatile u32 *semaphore) {
  for (;;) {
    u32 seen = *semaphore;
    if (!seen) futex(semaphore, FUTEX_WAIT, 0);
    else if (__atomic_compare_exchange_n(semaphore, &seen, seen - 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return;
  }
}
static void up(volatile u32 *semaphore) {
  __atomic_fetch_add(semaphore, 1, __ATOMIC_RELEASE);
  futex(semaphore, FUTEX_WAKE, 1);
}

static u64 queue[4], first, last;
static void produce(u64 number) {
  for (u64 i = 0; i < EACH; i++) {
    down(&spaces);
    lock(&mutex);
    queue[last++ % 4] = number * 1000 + i;
    unlock(&mutex);
    up(&items);
    own()[0] += i;
  }
}
static void consume(u64 unused) {
  for (u64 i = 0; i < EACH; i++) {
    down(&items);
    lock(&mutex);
    sum += queue[first++ % 4];
    count++;
    unlock(&mutex);
    up(&spaces);
  }
}

/* Whoever's turn it is: no call in the loop, so that only a switch in its middle ends it. */
static void take_turns(u64 number) {
  for (u32 round = 0; round < 5; round++) {
    while (turn % 3 != number) {}
    order = order << 4 | (number + 1);
    turn++;
  }
}

static void wait_at_gate(u64 bits) {
  call6(SYS_FUTEX, (long)&gate, FUTEX_WAIT_BITS, 0, 0, 0, (long)bits);
  __atomic_fetch_add(&taken, (u32)bits, __ATOMIC_RELAXED);
}

static void add_exclusively(u64 unused) {
  for (int i = 0; i < 50000; i++) __atomic_fetch_add(&count, 1, __ATOMIC_RELAXED);
}

static void start_all(int number, void (*run)(u64)) {
  for (int i = 0; i < number; i++) start(&threads[i], run, (u64)i);
}
static void join_all(int number) {
  for (int i = 0; i < number; i++) join(&threads[i]);
}

/* Again and again until so many have been found asleep: how long that takes is nobody's business. */
static u64 until(u64 wanted, u64 (*try)(void)) {
  u64 done = 0;
  while (done < wanted) {
    done += try();
    call(SYS_YIELD, 0, 0, 0);
  }
  return done;
}
static u64 wake_second(void) { return (u64)call6(SYS_FUTEX, (long)&gate, FUTEX_WAKE_BITS, 9, 0, 0, 2); }
static u64 move(void) { return (u64)call6(SYS_FUTEX, (long)&gate, FUTEX_CMP_REQUEUE, 0, 9, (long)&mutex, 0); }
static u64 wake_moved(void) { return (u64)futex(&mutex, FUTEX_WAKE, 1); }
/* The gate was less than 1, so its waiters go on too. */
static u64 wake_both(void) { return (u64)call6(SYS_FUTEX, (long)&items, FUTEX_WAKE_OP, 1, 1, (long)&gate, 2 << 24 | 1); }

static void test(void) {
  start_all(PRODUCERS, produce);
  for (int i = 0; i < PRODUCERS; i++) start(&threads[PRODUCERS + i], consume, 0);
  join_all(2 * PRODUCERS);
  print_hex("sum", sum);
  print_hex("count", count);
  print_hex("own", threads[0].own[0] + threads[1].own[0] + threads[2].own[0]);

  start_all(3, take_turns);
  join_all(3);
  print_hex("turns", order);
  count = 0;
  start_all(4, add_exclusively);
  join_all(4);
  print_hex("added", count);

  start(&threads[0], wait_at_gate, 1);
  start(&threads[1], wait_at_gate, 2);
  start(&threads[2], wait_at_gate, 4);
  print_hex("nobody", (u64)call6(SYS_FUTEX, (long)&gate, FUTEX_WAKE_BITS, 9, 0, 0, 8));
  print_hex("second", until(1, wake_second));
  join(&threads[1]);
  print_hex("taken", taken);
  print_hex("changed", (u64)call6(SYS_FUTEX, (long)&gate, FUTEX_CMP_REQUEUE, 0, 9, (long)&mutex, 7));
  print_hex("moved", until(2, move));
  print_hex("woken", until(2, wake_moved));
  join(&threads[0]);
  join(&threads[2]);
  print_hex("taken", taken);

  start(&threads[0], wait_at_gate, 16);
  print_hex("both", until(1, wake_both));
  join(&threads[0]);
  print_hex("none", (u64)call6(SYS_FUTEX, (long)&items, FUTEX_WAKE_OP, 1, 1, (long)&gate, 1 << 28 | 2 << 24 | 3 << 12 | 1));
  print_hex("gate", gate);
  u64 short_time[2] = { 0, 1000000 };
  print_hex("late", (u64)call6(SYS_FUTEX, (long)&sum, FUTEX_WAIT, (long)(u32)sum, (long)short_time, 0, 0));
  print_hex("not so", (u64)futex((volatile u32 *)&sum, FUTEX_WAIT, (u32)sum + 1));
}
