#include "harness.h"

/* Jump tables, tail calls, recursion, function pointers, setjmp-like jumps, byte and vector loops. */
static u64 depth(u64 n) { return n == 0 ? 1 : n + depth(n - 1) * 3; }
__attribute__((noinline)) static u64 even(u64 n);
__attribute__((noinline)) static u64 odd(u64 n) { return n == 0 ? 0 : even(n - 1); }
__attribute__((noinline)) static u64 even(u64 n) { return n == 0 ? 1 : odd(n - 1); }

__attribute__((noinline)) static u64 machine(const u8 *code, u64 size) {
  u64 a = 1, b = 2, steps = 0;
  for (u64 pc = 0; pc < size && steps < 500; steps++) {
    switch (code[pc] % 23) {
    case 0: a += b; pc++; break;
    case 1: a ^= b << 3; pc++; break;
    case 2: b = a - 7; pc++; break;
    case 3: a *= 31; pc += 2; break;
    case 4: b |= 1; pc++; break;
    case 5: a >>= 1; pc++; break;
    case 6: b = ~b; pc += 3; break;
    case 7: a -= b; pc++; break;
    case 8: if (a & 1) pc += 4; else pc++; break;
    case 9: b += steps; pc++; break;
    case 10: a = a << 9 | a >> 55; pc++; break;
    case 11: b ^= a; pc++; break;
    case 12: if (b % 3 == 0) pc = pc > 5 ? pc - 5 : pc + 1; else pc++; break;
    case 13: a += 1000; pc++; break;
    case 14: b /= 3; pc++; break;
    case 15: a ^= 0xff00ff; pc++; break;
    case 16: b += code[pc]; pc++; break;
    case 17: a = b; pc++; break;
    case 18: b = a * b; pc++; break;
    case 19: a--; pc++; break;
    case 20: b++; pc += 2; break;
    case 21: a = -a; pc++; break;
    default: pc += 2;
    }
  }
  return a ^ b ^ steps;
}

static u64 add(u64 a, u64 b) { return a + b; }
static u64 sub(u64 a, u64 b) { return a - b; }
static u64 mul(u64 a, u64 b) { return a * b; }
static u64 swap(u64 a, u64 b) { return b << 32 | (u32)a; }
static u64 (*const operations[])(u64, u64) = { add, sub, mul, swap };

static void *marks[8];
static volatile int rounds;
__attribute__((noinline)) static void leap(void) { __builtin_longjmp(marks, 1); }
__attribute__((noinline)) static u64 leaping(void) {
  u64 n = 0;
  rounds = 0;
  if (__builtin_setjmp(marks)) n += 100;
  if (rounds++ < 5) leap();
  return n + (u64)rounds;
}

static void test(void) {
  static u8 code[400];
  for (int i = 0; i < 400; i++) code[i] = (u8)(i * 41 + (i >> 3));
  print_hex("machine", machine(code, 400));
  print_hex("depth", depth(2000));
  print_hex("tail", even(20000) * 2 + odd(7777));
  u64 value = 7;
  for (u64 i = 0; i < 40; i++) value = operations[(value >> 3) & 3](value, i * 0x9e3779b97f4a7c15u);
  print_hex("pointers", value);
  print_hex("leaping", leaping());
  static u8 text[300]; static u16 wide[300]; static u32 counts[64];
  u32 sum = 0, most = 0;
  for (int i = 0; i < 300; i++) { text[i] = (u8)(code[i] ^ 0x5a); wide[i] = (u16)(text[i] * 3 + 5); counts[i & 63] += text[i]; }
  for (int i = 0; i < 300; i++) { sum += wide[i]; most = wide[i] > most ? wide[i] : most; }
  for (int i = 0; i < 64; i++) sum = sum * 31 + counts[i];
  print_hex("sums", (u64)sum << 32 | most);
}
