/* The parts of the runtime that know of each other. */
#ifndef RECOMP_RUNTIME_H
#define RECOMP_RUNTIME_H
#include "program.h"
#include <stdio.h>

/* Ends the process: exit status 70 where the guest did what it must not. */
__attribute__((noreturn, format(printf, 1, 2))) void give_up(const char *format, ...);

/* Guest memory. */
u8 *reserve_memory(void);
void commit_memory(u8 *mem, u64 address, u64 size);
/* Whole pages that are empty from now on; released, they are nobody's either, until they are committed again. */
void discard_memory(u8 *mem, u64 address, u64 size);
void release_memory(u8 *mem, u64 address, u64 size);

/* The virtual clock: it moves when the guest waits, never by itself. */
enum { TICKS_PER_SECOND = 19200000, TICKS_PER_FRAME = TICKS_PER_SECOND / 60 };

/* Input at a moment of virtual time. */
struct input { u32 buttons; s16 stick[4]; };
void load_script(const char *path);
struct input input_at(u64 tick);

/* What is captured. Without an output folder everything but the console is dropped. */
void open_capture(const char *folder);
void capture_frame(const u8 *pixels, u32 width, u32 height, u32 stride, u64 tick);
void capture_audio(const u8 *samples, u64 bytes);
void capture_console(const u8 *text, u64 bytes);
void close_capture(void);

/* Personalities: how a program starts, and its system calls. */
void start_horizon(S *s);
void start_linux(S *s, int argc, char **argv);
void horizon_call(S *s, u32 number, u64 pc);
void linux_call(S *s, u32 number, u64 pc);

/* What the interpreter had to do, for the hints. */
u64 interpreted_instructions(void);
u32 interpreter_hints(const u32 **list);

/* What ran and where control went by register; kept where RECOMP_TRACE names a file, which makes everything interpreted. */
int is_tracing(void);
void open_trace(S *s);
void trace_call(u64 from, u64 to, u32 is_indirect);
void trace_jump(u64 from, u64 to);
void close_trace(void);

/* The bytes [address, address + size) of guest memory; gives up where they do not lie below 4 GiB. */
u8 *guest_bytes(S *s, u64 address, u64 size, u64 pc);

__attribute__((noreturn)) void leave(int status);

#endif
