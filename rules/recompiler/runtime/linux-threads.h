/* System calls of Linux about threads; each answers with what x0 becomes. */
#ifndef RECOMP_LINUX_THREADS_H
#define RECOMP_LINUX_THREADS_H
#include "threads.h"

u64 clone_thread(S *s, u64 pc);
u64 use_futex(S *s, u64 pc);
u64 sleep_until(S *s, u64 pc, u64 from, u64 address);
u64 set_clear_tid(S *s);
u64 set_robust_list(S *s);
/* Ends the program with its first thread's status if it was the last one. */
__attribute__((noreturn)) void exit_thread(S *s, u64 pc);

#endif
