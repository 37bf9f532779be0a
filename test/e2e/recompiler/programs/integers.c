#include "harness.h"

static u64 state = 88172645463325252u;
static u64 next(void) { state ^= state << 13; state ^= state >> 7; state ^= state << 17; return state; }

static u64 mix(u64 hash, u64 value) { return (hash ^ value) * 1099511628211u; }

#define WIDTH(name, U, S) \
  static u64 name(U a, U b) { \
    u64 h = 14695981039346656037u; \
    h = mix(h, (U)(a + b)); h = mix(h, (U)(a - b)); h = mix(h, (U)(a * b)); \
    if (b) { h = mix(h, a / b); h = mix(h, a % b); if ((S)b != -1) { h = mix(h, (U)((S)a / (S)b)); h = mix(h, (U)((S)a % (S)b)); } } \
    h = mix(h, (U)(a << (b % (8 * sizeof a)))); h = mix(h, a >> (b % (8 * sizeof a))); h = mix(h, (U)((S)a >> (b % (8 * sizeof a)))); \
    h = mix(h, a < b); h = mix(h, (S)a < (S)b); h = mix(h, a <= b ? a : b); h = mix(h, (U)((S)a > (S)b ? -a : ~b)); \
    h = mix(h, (a & 0xf0) | (b & 0x0f)); h = mix(h, a ^ ~b); h = mix(h, a == b); \
    return h; \
  }
WIDTH(bytes, u8, s8) WIDTH(halves, u16, s16) WIDTH(words, u32, s32) WIDTH(longs, u64, s64)

static u64 wide(u64 a, u64 b) {
  unsigned __int128 p = (unsigned __int128)a * b + a;
  __int128 q = (__int128)(s64)a * (s64)b - b;
  u64 sum;
  u64 carry = __builtin_add_overflow(a, b, &sum);
  return mix(mix(mix(mix((u64)p, (u64)(p >> 64)), (u64)q), (u64)(q >> 64)), sum + carry);
}

static u64 bits(u64 a, u32 b) {
  u64 h = (u64)__builtin_popcountl(a);
  if (a) h = mix(h, (u64)__builtin_clzl(a) << 8 | (u64)__builtin_ctzl(a));
  if (b) h = mix(h, (u64)__builtin_clz(b) << 8 | (u64)__builtin_ctz(b));
  h = mix(h, __builtin_bswap64(a)); h = mix(h, __builtin_bswap32(b)); h = mix(h, __builtin_bswap16((u16)b));
  h = mix(h, a << 13 | a >> 51); h = mix(h, b << 7 | b >> 25);
  struct { u64 low : 7, middle : 21, high : 36; } f = { a, a >> 7, a >> 28 };
  f.middle += b;
  return mix(h, f.low ^ (u64)f.middle << 9 ^ (u64)f.high << 20);
}

static void test(void) {
  u64 h = 0;
  for (int i = 0; i < 3000; i++) {
    u64 a = next(), b = next();
    if (i % 3 == 0) b >>= a & 63;
    h = mix(h, bytes((u8)a, (u8)b)); h = mix(h, halves((u16)a, (u16)b)); h = mix(h, words((u32)a, (u32)b));
    h = mix(h, longs(a, b)); h = mix(h, wide(a, b)); h = mix(h, bits(a, (u32)b));
    if (i % 500 == 0) print_hex("step", h);
  }
  print_hex("integers", h);
}
