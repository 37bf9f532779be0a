/* Supervisor calls about threads, what they wait for, and the handles of both. Results are left in x0. */
#ifndef RECOMP_HORIZON_THREADS_H
#define RECOMP_HORIZON_THREADS_H
#include "threads.h"

/* Where threads have memory of their own, TPIDRRO_EL0 points at it. */
enum { THREAD_LOCAL = 0x70002000, THREAD_LOCAL_BYTES = 0x200 };

/* Results of the kernel: module 1, and the number it documents. */
#define RESULT(number) (1u | (number) << 9)
enum {
  RESULT_INVALID_ADDRESS = RESULT(102),
  RESULT_OUT_OF_RESOURCE = RESULT(103),
  RESULT_OUT_OF_HANDLES = RESULT(105),
  RESULT_INVALID_PRIORITY = RESULT(112),
  RESULT_INVALID_CORE = RESULT(113),
  RESULT_INVALID_HANDLE = RESULT(114),
  RESULT_TIMED_OUT = RESULT(117),
  RESULT_CANCELLED = RESULT(118),
  RESULT_OUT_OF_RANGE = RESULT(119),
  RESULT_INVALID_ENUM = RESULT(120),
  RESULT_INVALID_STATE = RESULT(125),
};

u32 add_thread_handle(struct thread *thread); /* 0: there are too many */
struct thread *thread_of(u32 handle);         /* NULL: it names none */
void signal_object(const void *object);       /* whoever waits for it goes on */
/* Each does the call of that number; false: it is none of these. */
int handle_call(S *s, u32 number, u64 pc);
int thread_call(S *s, u32 number, u64 pc);
int lock_call(S *s, u32 number, u64 pc);

/* When a wait of so many nanoseconds is over; below zero: never. */
u64 wait_end(S *s, s64 nanoseconds);

#endif
