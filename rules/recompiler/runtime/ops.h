/* The operators of the expression IR that are more than a C operator. One function each, named as in ir/ops*.ts. */
#ifndef RECOMP_OPS_H
#define RECOMP_OPS_H
#include "types.h"
#include "ops-float.h"
#include "ops-vector.h"
#include "ops-saturate.h"
#include "ops-crypto.h"

INLINE u32 ror32(u32 a, u32 by) { by &= 31; return a >> by | a << (-by & 31); }
INLINE u64 ror64(u64 a, u64 by) { by &= 63; return a >> by | a << (-by & 63); }
INLINE u32 udiv32(u32 a, u32 b) { return b ? a / b : 0; }
INLINE u64 udiv64(u64 a, u64 b) { return b ? a / b : 0; }
/* The most negative number divided by −1 is itself; the host would trap. */
INLINE u32 sdiv32(u32 a, u32 b) { return b == 0 ? 0 : b == -1u ? -a : (u32)((s32)a / (s32)b); }
INLINE u64 sdiv64(u64 a, u64 b) { return b == 0 ? 0 : b == -1ull ? -a : (u64)((s64)a / (s64)b); }
INLINE u32 clz32(u32 a) { return a ? (u32)__builtin_clz(a) : 32; }
INLINE u64 clz64(u64 a) { return a ? (u64)__builtin_clzll(a) : 64; }
INLINE u32 bswap32(u32 a) { return __builtin_bswap32(a); }
INLINE u64 bswap64(u64 a) { return __builtin_bswap64(a); }
INLINE u64 umulh(u64 a, u64 b) { return (u64)((u128)a * b >> 64); }
INLINE u64 smulh(u64 a, u64 b) { return (u64)((s128)(s64)a * (s64)b >> 64); }

INLINE u64 rbit64(u64 a) {
  a = (a >> 1 & 0x5555555555555555ull) | (a & 0x5555555555555555ull) << 1;
  a = (a >> 2 & 0x3333333333333333ull) | (a & 0x3333333333333333ull) << 2;
  a = (a >> 4 & 0x0f0f0f0f0f0f0f0full) | (a & 0x0f0f0f0f0f0f0f0full) << 4;
  return bswap64(a);
}
INLINE u32 rbit32(u32 a) { return (u32)(rbit64(a) >> 32); }

/* N, Z, C, V at bits 31 to 28 of a + b + carry. */
INLINE u32 adc_flags32(u32 a, u32 b, u32 carry) {
  const u64 wide = (u64)a + b + carry;
  const u32 sum = (u32)wide;
  return (sum >> 31) << 31 | (u32)(sum == 0) << 30 | (u32)(wide >> 32) << 29 | (~(a ^ b) & (a ^ sum)) >> 31 << 28;
}
INLINE u32 adc_flags64(u64 a, u64 b, u32 carry) {
  const u128 wide = (u128)a + b + carry;
  const u64 sum = (u64)wide;
  const u32 overflow = (u32)((~(a ^ b) & (a ^ sum)) >> 63);
  return (u32)(sum >> 63) << 31 | (u32)(sum == 0) << 30 | (u32)(wide >> 64) << 29 | overflow << 28;
}

#define CRC(name, polynomial, width, type) \
  static __attribute__((unused)) u32 name##_##width(u32 sum, type data) { \
    u64 value = sum ^ (u64)(u##width)data; \
    for (int i = 0; i < width; i++) value = value & 1 ? value >> 1 ^ polynomial : value >> 1; \
    return (u32)value; \
  }
CRC(crc32, 0xedb88320u, 8, u32)
CRC(crc32, 0xedb88320u, 16, u32)
CRC(crc32, 0xedb88320u, 32, u32)
CRC(crc32, 0xedb88320u, 64, u64)
CRC(crc32c, 0x82f63b78u, 8, u32)
CRC(crc32c, 0x82f63b78u, 16, u32)
CRC(crc32c, 0x82f63b78u, 32, u32)
CRC(crc32c, 0x82f63b78u, 64, u64)
#undef CRC

#endif
