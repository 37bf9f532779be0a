/* What lifted code sees: the guest's state, its memory, and the ways out of a function. */
#ifndef RECOMP_H
#define RECOMP_H
#include "types.h"
#include "ops.h"

/* What the function at an address is called: the runtime's messages say it. */
#define NAME(address, text) const char n_##address[] = text;

typedef struct state S;
/* Runs guest code from pc until control leaves it; returns where control goes. */
typedef u64 guest_function(S *s, u64 pc);

struct state {
  u8 *mem;
  u64 x[32]; /* 31 is the stack pointer */
  v128 v[32];
  u32 nzcv;
  u64 tpidr, tpidrro, fpcr, fpsr, monitor, tick;
  guest_function **table; /* one entry for each word of code */
  u64 code_start, code_words;
  u32 left; /* jumps back until the slice is over */
};

/* Guest addresses are 32 bits wide: whatever a program computes stays inside its own 4 GiB. Unaligned is fine. */
typedef u16 __attribute__((aligned(1), may_alias)) m16;
typedef u32 __attribute__((aligned(1), may_alias)) m32;
typedef u64 __attribute__((aligned(1), may_alias)) m64;
typedef u64 m128 __attribute__((vector_size(16), aligned(1), may_alias));

#define LD8(a) ((u32)m[(u32)(a)])
#define LD16(a) ((u32)*(m16 *)(m + (u32)(a)))
#define LD32(a) (*(m32 *)(m + (u32)(a)))
#define LD64(a) (*(m64 *)(m + (u32)(a)))
#define LD128(a) ((v128)*(m128 *)(m + (u32)(a)))
#define ST8(a, value) (m[(u32)(a)] = (u8)(value))
#define ST16(a, value) (*(m16 *)(m + (u32)(a)) = (u16)(value))
#define ST32(a, value) (*(m32 *)(m + (u32)(a)) = (value))
#define ST64(a, value) (*(m64 *)(m + (u32)(a)) = (value))
#define ST128(a, value) (*(m128 *)(m + (u32)(a)) = (value))

void system_call(S *s, u32 number, u64 pc);
u64 trap(S *s, u64 pc, const char *reason);
/* Control at an address that is no known entry: the interpreter takes over until it reaches one. */
u64 go_on(S *s, u64 pc);
u64 outside_code(S *s, u64 pc);
/* Another thread may run now. */
void slice_over(S *s);

/*
 * A jump to an address that is not behind its own: counted by all backends alike, in programs that make threads. The
 * count is a local of functions that jump back, written back and read again as registers are.
 */
#define BACK if (__builtin_expect(--left == 0, 0)) { slice_over(s); left = s->left; }

/* Control at any address. A misaligned one is outside. */
INLINE u64 go(S *s, u64 pc) {
  const u64 offset = pc - s->code_start;
  const u64 index = offset >> 2 | offset << 62;
  return index < s->code_words ? s->table[index](s, pc) : outside_code(s, pc);
}

#endif
