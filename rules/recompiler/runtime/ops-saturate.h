/* Advanced SIMD that saturates or rounds, and products of polynomials: one lane at a time, wide enough that nothing is lost. */
#ifndef RECOMP_OPS_SATURATE_H
#define RECOMP_OPS_SATURATE_H
#include "types.h"

#define FUNCTION static __attribute__((unused))

FUNCTION s128 clamp_to(s128 value, s128 low, s128 high) { return value < low ? low : value > high ? high : value; }
#define TOP_S(W) ((s128)(((u64)1 << (W - 1)) - 1))
#define TOP_U(W) ((s128)(u##W)~(u##W)0)
#define INTO_S(W, value) clamp_to((value), -TOP_S(W) - 1, TOP_S(W))
#define INTO_U(W, value) clamp_to((value), 0, TOP_U(W))

/* What is shifted left by more than a lane has is as large as can be: it saturates. */
FUNCTION s128 shift_lane(s128 value, u64 lane, int is_rounded) {
  const int by = (s8)(u8)lane;
  if (by > 63) return value > 0 ? (s128)1 << 126 : value < 0 ? -((s128)1 << 126) : 0;
  if (by >= 0) return (s128)((u128)value << by);
  return (value + (is_rounded ? (s128)1 << (-by - 1 > 100 ? 100 : -by - 1) : 0)) >> (-by > 101 ? 101 : -by);
}

#define LANES(NAME, W, EXPRESSION) \
  FUNCTION v128 NAME##W(v128 left, v128 right) { \
    typedef u##W lanes __attribute__((vector_size(16))); \
    lanes r; \
    for (int i = 0; i < 128 / W; i++) { \
      const u##W a = ((lanes)left)[i], b = ((lanes)right)[i]; \
      r[i] = (u##W)(EXPRESSION); \
    } \
    return (v128)r; \
  }
#define ONE(NAME, W, EXPRESSION) \
  FUNCTION v128 NAME##W(v128 left) { \
    typedef u##W lanes __attribute__((vector_size(16))); \
    lanes r; \
    for (int i = 0; i < 128 / W; i++) { \
      const u##W a = ((lanes)left)[i]; \
      r[i] = (u##W)(EXPRESSION); \
    } \
    return (v128)r; \
  }
#define SIGNED(W, a) ((s128)(s##W)(a))

#define EVERY(W) \
  LANES(vshsub, W, (SIGNED(W, a) - SIGNED(W, b)) >> 1) \
  LANES(vuhsub, W, ((s128)a - b) >> 1) \
  LANES(vsrshl, W, (s8)(u8)b >= W ? 0 : shift_lane(SIGNED(W, a), b, 1)) \
  LANES(vurshl, W, (s8)(u8)b >= W ? 0 : shift_lane(a, b, 1)) \
  LANES(vsqshl, W, INTO_S(W, shift_lane(SIGNED(W, a), b, 0))) \
  LANES(vuqshl, W, INTO_U(W, shift_lane(a, b, 0))) \
  LANES(vsqrshl, W, INTO_S(W, shift_lane(SIGNED(W, a), b, 1))) \
  LANES(vuqrshl, W, INTO_U(W, shift_lane(a, b, 1))) \
  LANES(vsqshlu, W, INTO_U(W, shift_lane(SIGNED(W, a), b, 0))) \
  LANES(vsuqadd, W, INTO_S(W, SIGNED(W, a) + b)) \
  LANES(vusqadd, W, INTO_U(W, (s128)a + SIGNED(W, b)))
EVERY(8)
EVERY(16)
EVERY(32)
EVERY(64)
#define MULTIPLIED(W) \
  LANES(vsqdmulh, W, INTO_S(W, 2 * SIGNED(W, a) * SIGNED(W, b) >> W)) \
  LANES(vsqrdmulh, W, INTO_S(W, (2 * SIGNED(W, a) * SIGNED(W, b) + ((s128)1 << (W - 1))) >> W))
MULTIPLIED(16)
MULTIPLIED(32)
#define HALVES(W, H) \
  ONE(vsqhalf, W, INTO_S(H, SIGNED(W, a))) \
  ONE(vuqhalf, W, INTO_U(H, (s128)a)) \
  ONE(vsuhalf, W, INTO_U(H, SIGNED(W, a)))
HALVES(16, 8)
HALVES(32, 16)
HALVES(64, 32)

FUNCTION u128 polynomial_product(u64 a, u64 b) {
  u128 product = 0;
  for (int bit = 0; bit < 64; bit++) product ^= b >> bit & 1 ? (u128)a << bit : 0;
  return product;
}
LANES(vpmul, 8, polynomial_product(a, b))
FUNCTION v128 vpmull8(v128 a, v128 b) {
  u16x8 r;
  for (int i = 0; i < 8; i++) r[i] = (u16)polynomial_product(((u8x16)a)[i], ((u8x16)b)[i]);
  return (v128)r;
}
FUNCTION v128 vpmull64(v128 a, v128 b) {
  const u128 product = polynomial_product(a[0], b[0]);
  return V((u64)(product >> 64), (u64)product);
}

#undef FUNCTION
#undef TOP_S
#undef TOP_U
#undef INTO_S
#undef INTO_U
#undef LANES
#undef ONE
#undef SIGNED
#undef EVERY
#undef MULTIPLIED
#undef HALVES
#endif
