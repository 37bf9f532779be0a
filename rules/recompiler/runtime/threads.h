/*
 * Guest threads on one host thread. Who runs next depends on nothing but the program: threads switch where they wait,
 * yield or end, and after a fixed number of jumps back. run-wasm/threads.ts decides in the same way, word by word.
 */
#ifndef RECOMP_THREADS_H
#define RECOMP_THREADS_H
#include "host-stack.h"
#include "runtime.h"

enum { MAX_THREADS = 256 };
#define NEVER (~0ull)

enum thread_status { THREAD_FREE, THREAD_MADE, THREAD_READY, THREAD_WAITING, THREAD_ENDED };

/* What a thread waits for: a kind and a key that whoever wakes it looks for. */
enum wait_kind { WAIT_TIME, WAIT_FUTEX, WAIT_LOCK, WAIT_CONDITION, WAIT_ADDRESS, WAIT_OBJECTS };

struct wait {
  enum wait_kind kind;
  u64 key, bits; /* somebody who wakes names the key, and bits of which one at least is the same */
  u64 until, late; /* when it goes on by itself (or NEVER), and what x0 is then */
};

struct thread {
  S state; /* first: lifted code is given its address */
  u64 start;
  struct host_stack stack;
  enum thread_status status;
  u32 id; /* from 1, by the order they were made in; never used again */
  s32 priority; /* the lower, the sooner */
  u32 passed_over; /* how often another was chosen since it could run: each time is worth one step of priority */
  u64 since; /* a number that grows: who could run, or has waited, for longer */
  struct wait wait;
  struct { u64 clear_tid, robust_list, pending, blocked; } linux_only;
  struct {
    u32 handles; /* how many name it */
    u32 slot, core, tag, is_cancelled;
    struct thread *owner; /* of the lock that it waits for */
    u64 lock;             /* to be had once the condition variable is signalled */
    const void *objects[64];
    u32 object_count;
  } horizon_only;
};

/* Of a process that was just made: the others did not come along. */
void forget_other_threads(void);
/* The program's first thread, which runs from now on. */
struct thread *begin_threads(void);
struct thread *current_thread(void);
/* Status THREAD_MADE, registers as the current one's; NULL: there are too many. */
struct thread *make_thread(u64 start);
struct thread *thread_at(u32 index); /* NULL behind the last one; may be free */
void set_priority(struct thread *thread, s32 priority);

/* It can run, and is behind those that could before. */
void make_ready(struct thread *thread);
/* Ends its wait: x0 becomes the result. */
void wake(struct thread *thread, u64 result);
/* The one to be woken first among those that wait so and share a bit: the best priority, then the longest wait. */
struct thread *first_waiting(enum wait_kind kind, u64 key, u64 bits);

/* The current thread waits, until somebody wakes it or its time comes. */
void wait_for(struct wait wait);
void yield_thread(void);
/* Never comes back. THREAD_FREE: the next thread that is made may lie where it lay. */
void end_thread(enum thread_status status);
/* After a supervisor call: whoever it woke goes first where it is more urgent. */
void give_way(void);
u32 threads_alive(void);

#endif
