/* One host thread, several stacks: what the C library has for it costs system calls, or is missing in some of them. */
#include "host-stack.h"
#include "runtime.h"
#include <sys/mman.h>

enum { STACK_BYTES = 64 << 20, GUARD_BYTES = 1 << 16, KEPT = 256 };

static void *kept[KEPT];
static u32 kept_count;

static void *stack_memory(void) {
  if (kept_count) return kept[--kept_count];
  u8 *const memory = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED || mprotect(memory, GUARD_BYTES, PROT_NONE)) give_up("no memory for the stack of another thread");
  return memory;
}

void give_back_host_stack(struct host_stack stack) {
  if (stack.memory && kept_count < KEPT) kept[kept_count++] = stack.memory;
}

void recomp_switch_stack(void **from, void *to);

void switch_host_stack(struct host_stack *from, const struct host_stack *to) { recomp_switch_stack(&from->top, to->top); }

#if defined __x86_64__

/* What a call must keep, then the address that `ret` takes. */
enum { KEPT_WORDS = 6, RETURN_WORD = 6 };

__asm__(".text\n"
        ".globl recomp_switch_stack\n"
        ".type recomp_switch_stack, @function\n"
        "recomp_switch_stack:\n"
        "  pushq %rbp\n  pushq %rbx\n  pushq %r12\n  pushq %r13\n  pushq %r14\n  pushq %r15\n"
        "  movq %rsp, (%rdi)\n"
        "  movq %rsi, %rsp\n"
        "  popq %r15\n  popq %r14\n  popq %r13\n  popq %r12\n  popq %rbx\n  popq %rbp\n"
        "  ret\n"
        ".size recomp_switch_stack, . - recomp_switch_stack\n");

#elif defined __aarch64__

/* x19 to x30 and d8 to d15; x30 is where the switch returns to. */
enum { KEPT_WORDS = 20, RETURN_WORD = 11 };

__asm__(".text\n"
        ".globl recomp_switch_stack\n"
        ".type recomp_switch_stack, %function\n"
        "recomp_switch_stack:\n"
        "  sub sp, sp, #160\n"
        "  stp x19, x20, [sp]\n  stp x21, x22, [sp, #16]\n  stp x23, x24, [sp, #32]\n"
        "  stp x25, x26, [sp, #48]\n  stp x27, x28, [sp, #64]\n  stp x29, x30, [sp, #80]\n"
        "  stp d8, d9, [sp, #96]\n  stp d10, d11, [sp, #112]\n  stp d12, d13, [sp, #128]\n  stp d14, d15, [sp, #144]\n"
        "  mov x2, sp\n  str x2, [x0]\n  mov sp, x1\n"
        "  ldp x19, x20, [sp]\n  ldp x21, x22, [sp, #16]\n  ldp x23, x24, [sp, #32]\n"
        "  ldp x25, x26, [sp, #48]\n  ldp x27, x28, [sp, #64]\n  ldp x29, x30, [sp, #80]\n"
        "  ldp d8, d9, [sp, #96]\n  ldp d10, d11, [sp, #112]\n  ldp d12, d13, [sp, #128]\n  ldp d14, d15, [sp, #144]\n"
        "  add sp, sp, #160\n"
        "  ret\n"
        ".size recomp_switch_stack, . - recomp_switch_stack\n");

#else

enum { KEPT_WORDS = 0, RETURN_WORD = 0 };

void recomp_switch_stack(void **from, void *to) {
  (void)from, (void)to;
  give_up("threads are not there on this processor; the WebAssembly backend has them");
}

#endif

struct host_stack make_host_stack(void (*run)(void)) {
  u8 *const memory = stack_memory();
  /* `run` begins as if it had been called: with the stack aligned as a call leaves it. */
  void **const end = (void **)(memory + STACK_BYTES - 64);
  void **const top = end - KEPT_WORDS - KEPT_WORDS % 2;
  for (void **word = top; word < end; word++) *word = NULL;
  top[RETURN_WORD] = (void *)run;
  return (struct host_stack){ memory, top };
}
