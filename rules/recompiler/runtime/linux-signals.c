/*
 * Signals. What is ignored or left to the system is so on the host; where the guest has a handler, the host only notes that the
 * signal came, and the handler runs after the next system call. A thread has signals of its own: those that another one sends it
 * end its wait. run-wasm/linux-signals.ts does the same, as far as there is one process.
 */
#define _GNU_SOURCE
#include "linux.h"
#include "linux-threads.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

enum { SIGNALS = 64, RESTART = 0x10000000, NO_DEFER = 0x40000000, RESET_HANDLER = (int)0x80000000 };

/* arm64's struct sigaction of the kernel. */
static struct action { u64 handler, flags, restorer, mask; } actions[SIGNALS + 1];
/* Of the process: whichever thread looks first has them. */
static volatile u64 pending;

static u64 bit_of(int number) { return 1ull << (number - 1); }
static u64 *mask_of_current(void) { return &current_thread()->linux_only.blocked; }
static void note(int number) { pending |= bit_of(number); }

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
  u64 *const blocked = mask_of_current();
  const u64 before = *blocked;
  if (s->x[1]) {
    u64 given;
    memcpy(&given, guest_bytes(s, s->x[1], 8, pc), 8);
    if (s->x[0] == 0) *blocked |= given;
    else if (s->x[0] == 1) *blocked &= ~given;
    else *blocked = given;
  }
  if (s->x[2]) memcpy(guest_bytes(s, s->x[2], 8, pc), &before, 8);
  return 0;
}

static struct thread *thread_called(u32 id) {
  struct thread *t;
  for (u32 i = 0; (t = thread_at(i)); i++)
    if (t->id == id && (t->status == THREAD_READY || t->status == THREAD_WAITING)) return t;
  return NULL;
}

int signal_thread(u32 id, int number, u64 *answer) {
  struct thread *const t = thread_called(id);
  if (!t || number < 0 || number > SIGNALS || (number && actions[number].handler == 0)) return 0;
  *answer = 0;
  if (!number || actions[number].handler == 1) return 1;
  t->linux_only.pending |= bit_of(number);
  if (t->status == THREAD_WAITING && !(t->linux_only.blocked & bit_of(number))) wake(t, failed(EINTR));
  return 1;
}

/*
 * What the kernel leaves on the stack for a handler, and takes back when it is over: who sent the signal, and all registers, which
 * unwinders read and handlers change.
 */
enum {
  INFO = 0, CONTEXT = 128, OLD_MASK = CONTEXT + 40, REGISTERS = CONTEXT + 176 + 8, FRAME_SP = REGISTERS + 248,
  FRAME_PC = FRAME_SP + 8, FRAME_FLAGS = FRAME_SP + 16, VECTORS = CONTEXT + 176 + 288, FRAME_SIZE = CONTEXT + 176 + 288 + 4096,
};

static u64 put_frame(S *s, int number, int is_own, u64 next, u64 pc) {
  const u64 record = (s->x[31] - 16) & ~15ull, frame = record - FRAME_SIZE;
  u8 *const m = guest_bytes(s, frame, FRAME_SIZE + 16, pc) - frame;
  memset(m + frame, 0, FRAME_SIZE);
  ST64(record, s->x[29]);
  ST64(record + 8, next);
  ST32(frame + INFO, (u32)number);
  ST32(frame + INFO + 8, is_own ? (u32)-6 : 0); /* SI_TKILL, SI_USER */
  ST32(frame + INFO + 16, process_id());
  ST64(frame + OLD_MASK, *mask_of_current());
  for (int i = 0; i < 31; i++) ST64(frame + REGISTERS + 8 * i, s->x[i]);
  ST64(frame + FRAME_SP, s->x[31]);
  ST64(frame + FRAME_PC, next);
  ST64(frame + FRAME_FLAGS, s->nzcv);
  ST32(frame + VECTORS, 0x46508001);
  ST32(frame + VECTORS + 4, 528);
  ST32(frame + VECTORS + 8, (u32)s->fpsr);
  ST32(frame + VECTORS + 12, (u32)s->fpcr);
  memcpy(m + frame + VECTORS + 16, s->v, sizeof s->v);
  s->x[29] = record;
  return frame;
}

static u64 take_frame(S *s, u64 pc) {
  const u64 frame = s->x[31];
  u8 *const m = guest_bytes(s, frame, FRAME_SIZE, pc) - frame;
  for (int i = 0; i < 31; i++) s->x[i] = LD64(frame + REGISTERS + 8 * i);
  s->x[31] = LD64(frame + FRAME_SP);
  s->nzcv = (u32)LD64(frame + FRAME_FLAGS) & 0xf0000000u;
  s->fpsr = LD32(frame + VECTORS + 8);
  s->fpcr = LD32(frame + VECTORS + 12);
  memcpy(s->v, m + frame + VECTORS + 16, sizeof s->v);
  *mask_of_current() = LD64(frame + OLD_MASK);
  return LD64(frame + FRAME_PC);
}

/* As the kernel enters it; where it begins. */
static u64 enter_handler(S *s, int number, int is_own, u64 next, u64 pc) {
  const struct action action = actions[number];
  const u64 frame = put_frame(s, number, is_own, next, pc);
  *mask_of_current() |= action.mask | (action.flags & NO_DEFER ? 0 : bit_of(number));
  if (action.flags & (u32)RESET_HANDLER) actions[number].handler = 0;
  s->x[0] = (u64)number;
  s->x[1] = frame + INFO;
  s->x[2] = frame + CONTEXT;
  s->x[31] = frame;
  s->x[30] = SIGNAL_RETURN;
  s->monitor = NEVER;
  return action.handler;
}

/* A wait with an end is not begun again, as its end would move. */
static int may_restart(const u64 *x) {
  const u64 call = x[8];
  return call != 101 && call != 115 && call != 133 && !(call == 98 && x[3]);
}

static u64 due(void) { return (pending | current_thread()->linux_only.pending) & ~*mask_of_current(); }

static int take_signal(int number, int *is_own) {
  u64 *const own = &current_thread()->linux_only.pending;
  const u64 bit = bit_of(number);
  if (!(due() & bit)) return 0;
  *is_own = (*own & bit) != 0;
  if (!*is_own) __atomic_fetch_and(&pending, ~bit, __ATOMIC_SEQ_CST);
  *own &= ~bit;
  return actions[number].handler > 1;
}

/* Several at once lie upon each other: the last one runs first. Then it goes on behind the call, or where a handler has said. */
int deliver_signals(S *s, u64 pc, u64 *answer) {
  int is_again = *answer == failed(EINTR) && may_restart(s->x);
  const u64 first = s->x[0];
  u64 at = pc + 4;
  s->x[0] = *answer;
  for (int depth = 0, is_own;; depth--) {
    for (int number = 1; number <= SIGNALS && due(); number++) {
      if (!take_signal(number, &is_own)) continue;
      if (!(actions[number].flags & RESTART)) is_again = 0;
      at = enter_handler(s, number, is_own, at, pc);
      depth++;
    }
    if (!depth) break;
    do at = go(s, at);
    while (at != SIGNAL_RETURN);
    at = take_frame(s, pc);
  }
  while (at != pc + 4) at = go(s, at);
  *answer = s->x[0];
  s->x[0] = first;
  return is_again;
}

/* Until a signal that is not blocked has come; none may come between the look and the wait. */
static u64 suspend(S *s, u64 pc) {
  u64 mask;
  sigset_t all, before;
  memcpy(&mask, guest_bytes(s, s->x[0], 8, pc), 8);
  u64 *const own = &current_thread()->linux_only.pending, *const blocked = mask_of_current();
  const u64 kept = *blocked;
  *blocked = mask;
  if (threads_alive() > 1) {
    /* Somebody else runs meanwhile, and may be who sends it. */
    if (!((pending | *own) & ~mask)) wait_for((struct wait){ .kind = WAIT_TIME, .until = NEVER });
  } else {
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    while (!((pending | *own) & ~mask)) sigsuspend(&before);
    sigprocmask(SIG_SETMASK, &before, NULL);
  }
  /* The handlers run under the mask that was waited with. */
  u64 answer = failed(EINTR);
  deliver_signals(s, pc, &answer);
  *blocked = kept;
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
    u64 *const own = &current_thread()->linux_only.pending;
    const u64 bit = bit_of(number);
    if (!(wanted & bit)) continue;
    if ((pending | *own) & bit) {
      if (!(*own & bit)) __atomic_fetch_and(&pending, ~bit, __ATOMIC_SEQ_CST);
      *own &= ~bit;
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
