/* What the files of the linux personality share. */
#ifndef RECOMP_LINUX_H
#define RECOMP_LINUX_H
#include "runtime.h"

enum { ROOT_PROCESS = 1 };

/* Where the stack lies: the same with every backend. */
enum { STACK_TOP = 0x6ff00000, STACK_SIZE = 0x800000 };

/* Where handlers return to: behind the stack, as two words that unwinders know. */
enum { SIGNAL_RETURN = STACK_TOP };

/* Behind the image the heap begins. */
void begin_memory(u64 image_end);

/* What a call answers with: an errno, negative; or what the host's function gave. */
u64 failed(int number);
u64 result_of(s64 value);

/* A text of the guest's that ends within a page. */
const char *path_at(S *s, u64 address, u64 pc);

/* Each knows some calls: 1 and the answer, or 0. */
int memory_call(S *s, u64 pc, u64 *answer);
int path_call(S *s, u64 pc, u64 *answer);
int descriptor_call(S *s, u64 pc, u64 *answer);
int directory_call(S *s, u64 pc, u64 *answer);
int process_call(S *s, u64 pc, u64 *answer);
int signal_call(S *s, u64 pc, u64 *answer);
int system_info_call(S *s, u64 pc, u64 *answer);

/* A file's number, the same in every run: by the order in which the program sees them. */
u64 file_number(u64 device, u64 number);
/* Keeps a directory's place from outliving its descriptor. */
void forget_directory(int descriptor);

/* Of the process, in the order in which processes were made; `host` is what the host calls it. */
u32 process_id(void);
s64 host_process(s64 id);

/* A signal for one thread of this process; 0: there is no such thread, or it is the system that answers the signal. */
int signal_thread(u32 id, int number, u64 *answer);

/* Lets the guest's handlers see the signals that came; 1: the call that was interrupted is to be made again. */
int deliver_signals(S *s, u64 pc, u64 *answer);

#endif
