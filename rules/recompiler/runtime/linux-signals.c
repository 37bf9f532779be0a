/*
 * Signals. What is ignored or left to the system is so on the host; where the guest has a handler, the host only notes
 * that the signal came, and the handler runs after the next system call.
 */
#define _GNU_SOURCE
#include "linux.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

enum { SIGNALS = 64, RESTART = 0x10000000 };

/* arm64's struct sigaction of the kernel. */
static struct action { u64 handler, flags, restorer, mask; } actions[SIGNALS + 1];
static u64 blocked;
static volatile u64 pending;

static void note(int number) { pending |= 1ull << (number - 1); }

static u64 set_action(S *s, u64 pc) {
  const u64 number = s->x[0];
  if (number < 1 || number > SIGNALS || number == SIGKILL || number == SIGSTOP) return failed(EINVAL);
  const struct action before = actions[number];
  if (s->x[1]) {
    memcpy(&actions[number], guest_bytes(s, s->x[1], sizeof before, pc), sizeof before);
    const u64 handler = actions[number].handler;
    struct sigaction host = { .sa_handler = handler == 0 ? SIG_DFL : handler == 1 ? SIG_IGN : note };
    /* Faults of the guest's own are the runtime's to tell. */
    if (number != SIGSEGV && number != SIGBUS && number != 32 && number != 33) sigaction((int)number, &host, NULL);
  }
  if (s->x[2]) memcpy(guest_bytes(s, s->x[2], sizeof before, pc), &before, sizeof before);
  return 0;
}

static u64 set_mask(S *s, u64 pc) {
  const u64 before = blocked;
  if (s->x[1]) {
    u64 given;
    memcpy(&given, guest_bytes(s, s->x[1], 8, pc), 8);
    if (s->x[0] == 0) blocked |= given;
    else if (s->x[0] == 1) blocked &= ~given;
    else blocked = given;
  }
  if (s->x[2]) memcpy(guest_bytes(s, s->x[2], 8, pc), &before, 8);
  return 0;
}

/* The handler is called as a function; what it returns to is where it was called. */
static void run_handler(S *s, int number, u64 pc) {
  const S before = *s;
  const u64 mask = blocked, back = pc + 4;
  blocked |= actions[number].mask | 1ull << (number - 1);
  s->x[31] = (s->x[31] - 512) & ~15ull;
  s->x[0] = (u64)number;
  s->x[1] = s->x[2] = 0;
  s->x[30] = back;
  for (u64 at = actions[number].handler; at != back;) at = go(s, at);
  blocked = mask;
  const u64 tick = s->tick;
  *s = before;
  s->tick = tick;
}

int deliver_signals(S *s, u64 pc, u64 *answer) {
  int is_again = *answer == failed(EINTR);
  for (int number = 1; number <= SIGNALS && pending & ~blocked; number++) {
    const u64 bit = 1ull << (number - 1);
    if (!(pending & ~blocked & bit)) continue;
    __atomic_fetch_and(&pending, ~bit, __ATOMIC_SEQ_CST);
    if (actions[number].handler < 2) continue;
    if (!(actions[number].flags & RESTART)) is_again = 0;
    run_handler(s, number, pc);
  }
  return is_again && s->x[8] != 133;
}

/* Until a signal that is not blocked has come; none may come between the look and the wait. */
static u64 suspend(S *s, u64 pc) {
  u64 mask;
  sigset_t all, before;
  memcpy(&mask, guest_bytes(s, s->x[0], 8, pc), 8);
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  while (!(pending & ~mask)) sigsuspend(&before);
  sigprocmask(SIG_SETMASK, &before, NULL);
  /* The handlers run under the mask that was waited with. */
  const u64 kept = blocked;
  u64 answer = failed(EINTR);
  blocked = mask;
  deliver_signals(s, pc, &answer);
  blocked = kept;
  return answer;
}

/* One of a set, or the time is over, which is the host's: others decide what comes. */
static u64 wait_for_signal(S *s, u64 pc) {
  u64 wanted;
  struct timespec limit;
  sigset_t set;
  memcpy(&wanted, guest_bytes(s, s->x[0], 8, pc), 8);
  if (s->x[2]) memcpy(&limit, guest_bytes(s, s->x[2], sizeof limit, pc), sizeof limit);
  sigemptyset(&set);
  for (int number = 1; number <= SIGNALS; number++) {
    const u64 bit = 1ull << (number - 1);
    if (!(wanted & bit)) continue;
    if (pending & bit) {
      __atomic_fetch_and(&pending, ~bit, __ATOMIC_SEQ_CST);
      return (u64)number;
    }
    sigaddset(&set, number);
  }
  /* They stay blocked: one that comes between two waits is not lost. */
  sigprocmask(SIG_BLOCK, &set, NULL);
  const int came = sigtimedwait(&set, NULL, s->x[2] ? &limit : NULL);
  if (came >= 0 && s->x[1]) memset(guest_bytes(s, s->x[1], 128, pc), 0, 128);
  return result_of(came);
}

int signal_call(S *s, u64 pc, u64 *answer) {
  switch (s->x[8]) {
  case 132: *answer = 0; return 1; /* sigaltstack: handlers run where they were called */
  case 133: *answer = suspend(s, pc); return 1;
  case 134: *answer = set_action(s, pc); return 1;
  case 135: *answer = set_mask(s, pc); return 1;
  case 137: *answer = wait_for_signal(s, pc); return 1;
  case 136: memset(guest_bytes(s, s->x[0], 8, pc), 0, 8); *answer = 0; return 1; /* sigpending */
  default: return 0;
  }
}
