/*
 * Processes. Each is a process of the host's, with memory of its own; numbers are given in the order in which a process
 * makes its children, so that they are the same in every run.
 */
#define _GNU_SOURCE
#include "linux.h"
#include "linux-threads.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_CHILDREN = 4096, MOST_WORDS = 65536 };

static u32 own_id = ROOT_PROCESS, parent_id, last_id = ROOT_PROCESS;
static struct { u32 id; pid_t host; } children[MOST_CHILDREN];
static u32 child_count;

u32 process_id(void) { return own_id; }

/* Groups are negative; 0 and -1 mean the same everywhere. */
s64 host_process(s64 id) {
  if (id == 0 || id == -1) return id;
  const u32 wanted = (u32)(id < 0 ? -id : id);
  pid_t host = wanted == own_id ? getpid() : wanted == parent_id ? getppid() : 0;
  for (u32 i = 0; !host && i < child_count; i++) if (children[i].id == wanted) host = children[i].host;
  return id < 0 ? -host : host;
}

/* Two processes that have a parent in common have numbers apart; grandchildren begin far behind. */
static void become_child(u32 id) {
  parent_id = own_id;
  own_id = id;
  last_id = id * 16;
  child_count = 0;
  current_thread()->id = id;
  forget_other_threads();
}

/* vfork waits until the child has become another program or has ended: the other end of a pipe then closes. */
static u64 make_process(S *s, u64 pc) {
  enum { VFORK = 0x4000, SET_TLS = 0x80000, PARENT_TID = 0x100000, CHILD_TID = 0x1000000 };
  const u64 flags = s->x[0];
  int gate[2] = { -1, -1 };
  if (child_count == MOST_CHILDREN) return failed(EAGAIN);
  if (flags & VFORK && pipe2(gate, O_CLOEXEC)) return failed(errno);
  const u32 id = ++last_id;
  fflush(NULL);
  const pid_t host = fork();
  if (host < 0) return failed(errno);
  if (host == 0) {
    if (gate[0] >= 0) close(gate[0]);
    if (gate[1] >= 0) fcntl(gate[1], F_DUPFD_CLOEXEC, 500), close(gate[1]);
    become_child(id);
    if (s->x[1]) s->x[31] = s->x[1];
    if (flags & SET_TLS) s->tpidr = s->x[3];
    if (flags & CHILD_TID) *(m32 *)guest_bytes(s, s->x[4], 4, pc) = id;
    return 0;
  }
  if (flags & PARENT_TID) *(m32 *)guest_bytes(s, s->x[2], 4, pc) = id;
  children[child_count].id = id;
  children[child_count++].host = host;
  if (gate[0] >= 0) {
    char byte;
    close(gate[1]);
    while (read(gate[0], &byte, 1) < 0 && errno == EINTR) {}
    close(gate[0]);
  }
  return id;
}

static u64 wait_for_child(S *s, u64 pc) {
  int status;
  const s64 wanted = (s32)s->x[0];
  const pid_t asked = (pid_t)host_process(wanted);
  if (asked == 0 && wanted != 0) return failed(ECHILD);
  const pid_t host = wait4(asked == 0 ? -1 : asked, &status, (int)s->x[2], NULL);
  if (host < 0) return failed(errno);
  if (host == 0) return 0;
  if (s->x[1]) memcpy(guest_bytes(s, s->x[1], 4, pc), &status, 4);
  for (u32 i = 0; i < child_count; i++) {
    if (children[i].host != host) continue;
    const u32 id = children[i].id;
    if (WIFEXITED(status) || WIFSIGNALED(status)) children[i] = children[--child_count];
    return id;
  }
  return failed(ECHILD);
}

/* A list of texts that ends with 0, as the host has such lists. */
static char **texts_at(S *s, u64 address, u64 pc) {
  char **texts = calloc(MOST_WORDS + 1, sizeof *texts);
  if (!texts) give_up("out of memory");
  for (u32 i = 0; address && i < MOST_WORDS; i++) {
    u64 text;
    memcpy(&text, guest_bytes(s, address + 8 * i, 8, pc), 8);
    if (!text) break;
    texts[i] = (char *)guest_bytes(s, text, 1, pc);
  }
  return texts;
}

static u64 become_program(S *s, u64 pc) {
  char **words = texts_at(s, s->x[1], pc), **variables = texts_at(s, s->x[2], pc);
  fflush(NULL);
  execve(path_at(s, s->x[0], pc), words, variables);
  const int reason = errno;
  free(words);
  free(variables);
  return failed(reason);
}

/* What a process sends itself has come when the call is over; the host might give it to another thread of its own. */
static u64 send_signal(s64 id, int number) {
  const s64 host = host_process(id);
  if (host == 0 && id != 0) return failed(ESRCH);
  return host == getpid() && number ? result_of(raise(number)) : result_of(kill((pid_t)host, number));
}

int process_call(S *s, u64 pc, u64 *answer) {
  enum { THREAD = 0x10000 };
  const u64 *const x = s->x;
  switch (x[8]) {
  case 129: *answer = send_signal((s32)x[0], (int)x[1]); return 1; /* kill */
  case 130: /* tkill */
    if (!signal_thread((u32)x[0], (int)x[1], answer)) *answer = send_signal((s32)x[0], (int)x[1]);
    return 1;
  case 131: /* tgkill: what ends a thread ends its process */
    if (!signal_thread((u32)x[1], (int)x[2], answer)) *answer = send_signal((s32)x[0], (int)x[2]);
    return 1;
  case 144: case 146: case 143: case 145: case 147: case 149: case 159: *answer = 0; return 1; /* set…id */
  case 148: case 150: { /* getresuid, getresgid */
    for (int i = 0; i < 3; i++) memset(guest_bytes(s, x[i], 4, pc), 0, 4);
    *answer = 0;
    return 1;
  }
  case 154: *answer = 0; return 1; /* setpgid */
  case 155: case 156: *answer = x[0] ? x[0] : own_id; return 1; /* getpgid, getsid */
  case 157: *answer = own_id; return 1; /* setsid */
  case 158: *answer = 0; return 1; /* getgroups: none */
  case 167: *answer = 0; return 1; /* prctl: names for people */
  case 172: *answer = own_id; return 1;
  case 173: *answer = parent_id; return 1;
  case 220:
    if (x[0] & THREAD) return 0;
    *answer = make_process(s, pc);
    return 1;
  case 221: *answer = become_program(s, pc); return 1;
  case 260: *answer = wait_for_child(s, pc); return 1;
  default: return 0;
  }
}
