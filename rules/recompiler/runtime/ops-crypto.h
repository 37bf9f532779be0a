/* AES and SHA as Armv8 has them: a step of the cipher or the hash. By computing, not by tables: nobody needs them fast here. */
#ifndef RECOMP_OPS_CRYPTO_H
#define RECOMP_OPS_CRYPTO_H
#include "types.h"

#define FUNCTION static __attribute__((unused))

FUNCTION u8 aes_product(u8 a, u8 b) {
  u8 result = 0;
  for (; b; b >>= 1, a = (u8)(a << 1 ^ (a & 0x80 ? 0x1b : 0))) result ^= b & 1 ? a : 0;
  return result;
}
/* The 254th power is the inverse, and 0 for 0. */
FUNCTION u8 aes_inverse(u8 a) {
  u8 square = a, power = 1;
  for (int i = 0; i < 7; i++) { square = aes_product(square, square); power = aes_product(power, square); }
  return power;
}
FUNCTION u8 aes_turn(u8 a, int by) { return (u8)(a << by | a >> (8 - by)); }
FUNCTION u8 aes_substitute(u8 a) {
  const u8 p = aes_inverse(a);
  return (u8)(p ^ aes_turn(p, 1) ^ aes_turn(p, 2) ^ aes_turn(p, 3) ^ aes_turn(p, 4) ^ 0x63);
}
FUNCTION u8 aes_restore(u8 a) {
  a ^= 0x63;
  return aes_inverse((u8)(aes_turn(a, 1) ^ aes_turn(a, 3) ^ aes_turn(a, 6)));
}
FUNCTION v128 aes_encrypt(v128 v) {
  u8x16 r;
  for (int i = 0; i < 16; i++) r[i] = aes_substitute(((u8x16)v)[(i + i % 4 * 4) % 16]);
  return (v128)r;
}
FUNCTION v128 aes_decrypt(v128 v) {
  u8x16 r;
  for (int i = 0; i < 16; i++) r[i] = aes_restore(((u8x16)v)[(i + 64 - i % 4 * 4) % 16]);
  return (v128)r;
}
FUNCTION v128 aes_columns(v128 v, u8 a, u8 b, u8 c, u8 d) {
  const u8 factors[4] = { a, b, c, d };
  u8x16 r = { 0 };
  for (int i = 0; i < 16; i++)
    for (int k = 0; k < 4; k++) r[i] ^= aes_product(((u8x16)v)[(i & ~3) + ((i + k) & 3)], factors[k]);
  return (v128)r;
}
FUNCTION v128 aes_mix(v128 v) { return aes_columns(v, 2, 3, 1, 1); }
FUNCTION v128 aes_unmix(v128 v) { return aes_columns(v, 14, 11, 13, 9); }

FUNCTION u32 sha_left(u32 a, int by) { return a << by | a >> (32 - by); }
FUNCTION u32 sha_right(u32 a, int by) { return a >> by | a << (32 - by); }
FUNCTION u32 sha_choose(u32 x, u32 y, u32 z) { return ((y ^ z) & x) ^ z; }
FUNCTION u32 sha_parity(u32 x, u32 y, u32 z) { return x ^ y ^ z; }
FUNCTION u32 sha_majority(u32 x, u32 y, u32 z) { return (x & y) | ((x | y) & z); }

#define SHA1_ROUNDS(NAME) \
  FUNCTION v128 sha1_##NAME(v128 abcd, v128 e, v128 schedule) { \
    u32x4 s = (u32x4)abcd; \
    u32 last = ((u32x4)e)[0]; \
    for (int i = 0; i < 4; i++) { \
      const u32 sum = last + sha_left(s[0], 5) + sha_##NAME(s[1], s[2], s[3]) + ((u32x4)schedule)[i]; \
      last = s[3]; \
      s = (u32x4){ sum, s[0], sha_left(s[1], 30), s[2] }; \
    } \
    return (v128)s; \
  }
SHA1_ROUNDS(choose)
SHA1_ROUNDS(parity)
SHA1_ROUNDS(majority)
#undef SHA1_ROUNDS
FUNCTION v128 sha1_schedule0(v128 a, v128 b, v128 c) { return (v128){ a[1], b[0] } ^ a ^ c; }
FUNCTION v128 sha1_schedule1(v128 a, v128 b) {
  const u32x4 w = (u32x4)a, x = (u32x4)b;
  const u32 t[4] = { w[0] ^ x[1], w[1] ^ x[2], w[2] ^ x[3], w[3] };
  return (v128)(u32x4){ sha_left(t[0], 1), sha_left(t[1], 1), sha_left(t[2], 1), sha_left(t[3], 1) ^ sha_left(t[0], 2) };
}

FUNCTION v128 sha256_rounds(v128 abcd, v128 efgh, v128 schedule, int is_second) {
  u32x4 s = (u32x4)abcd, t = (u32x4)efgh;
  for (int i = 0; i < 4; i++) {
    const u32 one = t[3] + (sha_right(t[0], 6) ^ sha_right(t[0], 11) ^ sha_right(t[0], 25)) + sha_choose(t[0], t[1], t[2]) + ((u32x4)schedule)[i];
    const u32 two = (sha_right(s[0], 2) ^ sha_right(s[0], 13) ^ sha_right(s[0], 22)) + sha_majority(s[0], s[1], s[2]);
    t = (u32x4){ s[3] + one, t[0], t[1], t[2] };
    s = (u32x4){ one + two, s[0], s[1], s[2] };
  }
  return is_second ? (v128)t : (v128)s;
}
FUNCTION v128 sha256_first(v128 a, v128 b, v128 c) { return sha256_rounds(a, b, c, 0); }
FUNCTION v128 sha256_second(v128 a, v128 b, v128 c) { return sha256_rounds(a, b, c, 1); }
FUNCTION v128 sha256_schedule0(v128 a, v128 b) {
  u32x4 r = (u32x4)a;
  const u32 w[4] = { r[1], r[2], r[3], ((u32x4)b)[0] };
  for (int i = 0; i < 4; i++) r[i] += sha_right(w[i], 7) ^ sha_right(w[i], 18) ^ w[i] >> 3;
  return (v128)r;
}
FUNCTION v128 sha256_schedule1(v128 a, v128 b, v128 c) {
  u32x4 r = (u32x4)a;
  const u32x4 n = (u32x4)b, m = (u32x4)c;
  const u32 between[4] = { n[1], n[2], n[3], m[0] };
  for (int i = 0; i < 4; i++) {
    const u32 w = i < 2 ? m[i + 2] : r[i - 2];
    r[i] += between[i] + (sha_right(w, 17) ^ sha_right(w, 19) ^ w >> 10);
  }
  return (v128)r;
}

#undef FUNCTION
#endif
