/*
 * Runs the IR of instructions that no lifted function covers: an address that discovery missed costs speed and
 * nothing else. The bytecode of every word of code lies behind the program (bytecode/encode.ts).
 */
#include "runtime.h"
#include <stdlib.h>
#include <string.h>

union value { u32 w; u64 q; v128 v; };
#include "operators.h"

enum { STACK = 64, TEMPS = 64, MAX_HINTS = 4096 };

extern const u32 recomp_ir[];

static u32 hints[MAX_HINTS];
static u32 hint_count;
static u64 instruction_count;
static u8 *noted; /* one for each word of code */

/* Where the interpreter had to take over: entries for the next lift. */
static void note(S *s, u64 pc) {
  if (!noted && !(noted = calloc(s->code_words, 1))) give_up("out of memory");
  u8 *const known = noted + (pc - s->code_start) / 4;
  if (!*known && hint_count < MAX_HINTS) hints[hint_count++] = (u32)pc;
  *known = 1;
}

u64 interpreted_instructions(void) { return instruction_count; }
u32 interpreter_hints(const u32 **list) { *list = hints; return hint_count; }

static u64 *system_slot(S *s, u32 number) {
  u64 *const slots[] = { &s->tpidr, &s->tpidrro, &s->fpcr, &s->fpsr, &s->monitor, &s->tick };
  return slots[number];
}

static u32 holds(u32 nzcv, u32 code) {
  const u32 n = nzcv >> 31, z = nzcv >> 30 & 1, c = nzcv >> 29 & 1, v = nzcv >> 28 & 1;
  const u32 each[] = { z, c, n, v, c & !z, n == v, !z & (n == v), 1 };
  return code >= 14 ? 1 : each[code >> 1] ^ (code & 1);
}

static u32 float_flags(u32 equal, u32 less, u32 unordered) {
  return less << 31 | equal << 30 | (u32)!less << 29 | unordered << 28;
}

static u32 flags_of(u32 kind, union value a, union value b, u32 before) {
  const u32 carry = before >> 29 & 1, is_wide = kind & 8;
  switch (kind & 7) {
  case FLAGS_ADD: return is_wide ? adc_flags64(a.q, b.q, 0) : adc_flags32(a.w, b.w, 0);
  case FLAGS_SUB: return is_wide ? adc_flags64(a.q, ~b.q, 1) : adc_flags32(a.w, ~b.w, 1);
  case FLAGS_AND:
    return is_wide ? (u32)(a.q >> 63) << 31 | (u32)(a.q == 0) << 30 : (a.w >> 31) << 31 | (u32)(a.w == 0) << 30;
  case FLAGS_FCMP:
    return is_wide ? float_flags(feq64(a.q, b.q), flt64(a.q, b.q), funordered64(a.q, b.q))
                   : float_flags(feq32(a.w, b.w), flt32(a.w, b.w), funordered32(a.w, b.w));
  case FLAGS_NZCV: return a.w & 0xf0000000u;
  default: return is_wide ? adc_flags64(a.q, b.q, carry) : adc_flags32(a.w, b.w, carry);
  }
}

static union value load(const u8 *m, u32 log2_bytes, u64 a) {
  union value r = { .v = { 0, 0 } };
  switch (log2_bytes) {
  case 0: r.w = LD8(a); break;
  case 1: r.w = LD16(a); break;
  case 2: r.w = LD32(a); break;
  case 3: r.q = LD64(a); break;
  default: r.v = LD128(a);
  }
  return r;
}

static void store(u8 *m, u32 log2_bytes, u64 a, union value value) {
  switch (log2_bytes) {
  case 0: ST8(a, value.w); break;
  case 1: ST16(a, value.w); break;
  case 2: ST32(a, value.w); break;
  case 3: ST64(a, value.q); break;
  default: ST128(a, value.v);
  }
}

static void jump(S *s, u64 *pc, u64 to) {
  const u32 is_back = to <= *pc;
  *pc = to;
  if (is_back && recomp_program.makes_threads && --s->left == 0) slice_over(s);
}

static u64 offset_by(u64 pc, u32 offset) { return pc + (u64)(s64)(s32)offset; }

enum after { CONTINUE, LEAVE };

/* One instruction: moves *pc on. LEAVE: control goes to *pc, outside of this interpretation. */
static enum after step(S *s, u64 *pc) {
  union value stack[STACK], temps[TEMPS], *top = stack;
  const u32 *at = recomp_ir + recomp_ir[(*pc - s->code_start) / 4];
  for (;;) {
    const u32 word = *at++, operand = word >> 8;
    switch (word & 255) {
    case IR_CONST32: (top++)->w = *at++; break;
    case IR_CONST64: (top++)->q = at[0] | (u64)at[1] << 32; at += 2; break;
    case IR_CONST128: (top++)->v = V(at[2] | (u64)at[3] << 32, at[0] | (u64)at[1] << 32); at += 4; break;
    case IR_X: (top++)->q = s->x[operand]; break;
    case IR_V: (top++)->v = s->v[operand]; break;
    case IR_TEMP: *top++ = temps[operand]; break;
    case IR_PC: (top++)->q = (operand ? *pc & ~4095ull : *pc) + (at[0] | (u64)at[1] << 32); at += 2; break;
    case IR_COND: (top++)->w = holds(s->nzcv, operand); break;
    case IR_NZCV: (top++)->w = s->nzcv; break;
    case IR_SYS: (top++)->q = *system_slot(s, operand); break;
    case IR_LOAD: top[-1] = load(s->mem, operand, top[-1].q); break;
    case IR_OP: top = apply(operand, top); break;
    case IR_LET: temps[operand] = *--top; break;
    case IR_SETX: s->x[operand] = (--top)->q; break;
    case IR_SETV: s->v[operand] = (--top)->v; break;
    case IR_SETSYS: *system_slot(s, operand) = (--top)->q; break;
    case IR_STORE: top -= 2; store(s->mem, operand, top[0].q, top[1]); break;
    case IR_STORE_WHEN: top -= 3; if (top[2].w) store(s->mem, operand, top[0].q, top[1]); break;
    case IR_FLAGS: top -= 2; s->nzcv = flags_of(operand, top[0], top[1], s->nzcv); break;
    case IR_FLAGS_WHEN:
      top -= 2;
      s->nzcv = holds(s->nzcv, operand >> 4 & 15) ? flags_of(operand & 15, top[0], top[1], s->nzcv) : (operand >> 8 & 15) << 28;
      break;
    case IR_NEXT: *pc += 4; return CONTINUE;
    case IR_JUMP: jump(s, pc, offset_by(*pc, *at)); return CONTINUE;
    case IR_BRANCH:
      if ((--top)->w) jump(s, pc, offset_by(*pc, *at));
      else *pc += 4;
      return CONTINUE;
    case IR_CALL:
    case IR_CALL_TO: {
      const u64 back = *pc + 4;
      const u32 is_direct = (word & 255) == IR_CALL;
      const u64 callee = is_direct ? offset_by(*pc, *at) : (--top)->q;
      if (is_tracing()) trace_call(*pc, callee, !is_direct);
      *pc = go(s, callee);
      return *pc == back ? CONTINUE : LEAVE;
    }
    case IR_JUMP_TO:
      --top;
      if (is_tracing()) trace_jump(*pc, top->q);
      jump(s, pc, top->q);
      return CONTINUE;
    case IR_RETURN_TO: *pc = (--top)->q; return LEAVE;
    case IR_SYSTEM_CALL: system_call(s, operand & 0xffff, *pc); *pc += 4; return CONTINUE;
    case IR_TRAP: trap(s, *pc, trap_reasons[operand]); return LEAVE;
    default: give_up("malformed bytecode");
    }
  }
}

u64 go_on(S *s, u64 pc) {
  note(s, pc);
  for (;;) {
    instruction_count++;
    if (step(s, &pc) == LEAVE) return pc;
    const u64 offset = pc - s->code_start;
    const u64 index = offset >> 2 | offset << 62;
    if (index >= s->code_words) return outside_code(s, pc);
    if (s->table[index] != go_on) return s->table[index](s, pc);
  }
}
