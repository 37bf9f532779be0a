/* Vectors: lane by lane, in the guest's order. */
#ifndef RECOMP_OPS_VECTOR_H
#define RECOMP_OPS_VECTOR_H
#include "types.h"
#include "ops-float.h"

INLINE v128 vlow(u64 low) { return (v128){ low, 0 }; }

INLINE u32 vget8(v128 v, u32 i) { return ((u8x16)v)[i & 15]; }
INLINE u32 vget16(v128 v, u32 i) { return ((u16x8)v)[i & 7]; }
INLINE u32 vget32(v128 v, u32 i) { return ((u32x4)v)[i & 3]; }
INLINE u64 vget64(v128 v, u32 i) { return v[i & 1]; }
INLINE v128 vset8(v128 v, u32 i, u32 lane) { u8x16 r = (u8x16)v; r[i & 15] = (u8)lane; return (v128)r; }
INLINE v128 vset16(v128 v, u32 i, u32 lane) { u16x8 r = (u16x8)v; r[i & 7] = (u16)lane; return (v128)r; }
INLINE v128 vset32(v128 v, u32 i, u32 lane) { u32x4 r = (u32x4)v; r[i & 3] = lane; return (v128)r; }
INLINE v128 vset64(v128 v, u32 i, u64 lane) { v[i & 1] = lane; return v; }
INLINE v128 vsplat8(u32 lane) { return (v128)((u8x16){ 0 } + (u8)lane); }
INLINE v128 vsplat16(u32 lane) { return (v128)((u16x8){ 0 } + (u16)lane); }
INLINE v128 vsplat32(u32 lane) { return (v128)((u32x4){ 0 } + lane); }
INLINE v128 vsplat64(u64 lane) { return (v128){ lane, lane }; }
INLINE v128 select128(u32 c, v128 a, v128 b) { return c ? a : b; }

INLINE v128 vshuffle(v128 a, v128 b, v128 choice) {
  return (v128)__builtin_shuffle((u8x16)a, (u8x16)b, (u8x16)choice);
}
static __attribute__((unused)) v128 vtable(v128 table, v128 choice) {
  u8x16 r;
  for (int i = 0; i < 16; i++) r[i] = ((u8x16)choice)[i] < 16 ? ((u8x16)table)[((u8x16)choice)[i] & 15] : 0;
  return (v128)r;
}

/* With the compiler's own vector operators. */
#define EACH_WIDTH(M) M(8, u8x16, s8x16) M(16, u16x8, s16x8) M(32, u32x4, s32x4) M(64, u64x2, s64x2)
#define SIMPLE(W, U, T) \
  INLINE v128 vadd##W(v128 a, v128 b) { return (v128)((U)a + (U)b); } \
  INLINE v128 vsub##W(v128 a, v128 b) { return (v128)((U)a - (U)b); } \
  INLINE v128 vmul##W(v128 a, v128 b) { return (v128)((U)a * (U)b); } \
  INLINE v128 veq##W(v128 a, v128 b) { return (v128)((U)a == (U)b); } \
  INLINE v128 vsgt##W(v128 a, v128 b) { return (v128)((T)a > (T)b); } \
  INLINE v128 vugt##W(v128 a, v128 b) { return (v128)((U)a > (U)b); } \
  INLINE v128 vshl##W(v128 a, u32 by) { return (v128)((U)a << (u##W)by); } \
  INLINE v128 vlshr##W(v128 a, u32 by) { return (v128)((U)a >> (u##W)by); } \
  INLINE v128 vashr##W(v128 a, u32 by) { return (v128)((T)a >> (s##W)by); } \
  INLINE v128 vpick##W(v128 mask, v128 a, v128 b) { return (a & mask) | (b & ~mask); } \
  INLINE v128 vsmax##W(v128 a, v128 b) { return vpick##W(vsgt##W(a, b), a, b); } \
  INLINE v128 vsmin##W(v128 a, v128 b) { return vpick##W(vsgt##W(a, b), b, a); } \
  INLINE v128 vumax##W(v128 a, v128 b) { return vpick##W(vugt##W(a, b), a, b); } \
  INLINE v128 vumin##W(v128 a, v128 b) { return vpick##W(vugt##W(a, b), b, a); } \
  INLINE v128 vsabd##W(v128 a, v128 b) { return vpick##W(vsgt##W(a, b), vsub##W(a, b), vsub##W(b, a)); } \
  INLINE v128 vuabd##W(v128 a, v128 b) { return vpick##W(vugt##W(a, b), vsub##W(a, b), vsub##W(b, a)); }
EACH_WIDTH(SIMPLE)
#undef SIMPLE

/* One lane at a time, in a type wide enough that nothing is lost. */
#define LANES(NAME, W, U, COUNT, EXPRESSION) \
  static __attribute__((unused)) v128 NAME##W(v128 left, v128 right) { \
    U r; \
    for (int i = 0; i < COUNT; i++) { \
      const u##W a = ((U)left)[i], b = ((U)right)[i]; \
      r[i] = (u##W)(EXPRESSION); \
    } \
    return (v128)r; \
  }
#define CLAMP_S(W, value) ({ const s128 c = (value); const s128 top = (s128)(((u64)1 << (W - 1)) - 1); c > top ? top : c < -top - 1 ? -top - 1 : c; })
#define CLAMP_U(W, value) ({ const s128 c = (value); const s128 top = (s128)(u##W)~(u##W)0; c > top ? top : c < 0 ? 0 : c; })
/* By the signed low byte of b; right where it is negative. */
#define SHIFT(W, T, a, b) ({ \
    const int by = (s8)(u8)(b); const T value = (T)(a); \
    by >= W ? 0 : by >= 0 ? (T)((u##W)value << by) : by > -W ? (T)(value >> -by) : (T)(value < 0 ? -1 : 0); })
#define SLOW(W, U, COUNT) \
  LANES(vshadd, W, U, COUNT, ((s128)(s##W)a + (s##W)b) >> 1) \
  LANES(vuhadd, W, U, COUNT, ((u128)a + b) >> 1) \
  LANES(vsrhadd, W, U, COUNT, ((s128)(s##W)a + (s##W)b + 1) >> 1) \
  LANES(vurhadd, W, U, COUNT, ((u128)a + b + 1) >> 1) \
  LANES(vsqadd, W, U, COUNT, CLAMP_S(W, (s128)(s##W)a + (s##W)b)) \
  LANES(vuqadd, W, U, COUNT, CLAMP_U(W, (s128)a + b)) \
  LANES(vsqsub, W, U, COUNT, CLAMP_S(W, (s128)(s##W)a - (s##W)b)) \
  LANES(vuqsub, W, U, COUNT, CLAMP_U(W, (s128)a - b)) \
  LANES(vsshl, W, U, COUNT, SHIFT(W, s##W, a, b)) \
  LANES(vushl, W, U, COUNT, SHIFT(W, u##W, a, b))
SLOW(8, u8x16, 16)
SLOW(16, u16x8, 8)
SLOW(32, u32x4, 4)
SLOW(64, u64x2, 2)
#undef SLOW
#undef LANES

#define COUNT_ZEROS(W, U, COUNT) \
  static __attribute__((unused)) v128 vclz##W(v128 a) { \
    U r; \
    for (int i = 0; i < COUNT; i++) r[i] = (u##W)(((U)a)[i] ? __builtin_clz(((U)a)[i]) - (32 - W) : W); \
    return (v128)r; \
  }
COUNT_ZEROS(8, u8x16, 16)
COUNT_ZEROS(16, u16x8, 8)
COUNT_ZEROS(32, u32x4, 4)
#undef COUNT_ZEROS

INLINE v128 vcnt8(v128 a) {
  a = vsub8(a, vlshr8(a, 1) & vsplat8(0x55));
  a = vadd8(a & vsplat8(0x33), vlshr8(a, 2) & vsplat8(0x33));
  return vadd8(a, vlshr8(a, 4)) & vsplat8(0x0f);
}

/* The scalar operator in each lane. */
#define FLOAT_LANES(W, U, COUNT) \
  FLOAT_BINARY(fadd, W, U, COUNT) FLOAT_BINARY(fsub, W, U, COUNT) FLOAT_BINARY(fmul, W, U, COUNT) \
  FLOAT_BINARY(fdiv, W, U, COUNT) FLOAT_BINARY(fmax, W, U, COUNT) FLOAT_BINARY(fmin, W, U, COUNT) \
  FLOAT_BINARY(fmaxnm, W, U, COUNT) FLOAT_BINARY(fminnm, W, U, COUNT) \
  FLOAT_COMPARE(feq, W, U, COUNT) FLOAT_COMPARE(flt, W, U, COUNT) FLOAT_COMPARE(fle, W, U, COUNT) \
  FLOAT_UNARY(fsqrt, fsqrt##W, W, U, COUNT) FLOAT_UNARY(frintn, frintn##W, W, U, COUNT) \
  FLOAT_UNARY(frintp, frintp##W, W, U, COUNT) FLOAT_UNARY(frintm, frintm##W, W, U, COUNT) \
  FLOAT_UNARY(frintz, frintz##W, W, U, COUNT) FLOAT_UNARY(frinta, frinta##W, W, U, COUNT) \
  FLOAT_UNARY(fcvtzs, fcvtzs##W##_##W, W, U, COUNT) FLOAT_UNARY(fcvtzu, fcvtzu##W##_##W, W, U, COUNT) \
  FLOAT_UNARY(scvtf, scvtf##W##_##W, W, U, COUNT) FLOAT_UNARY(ucvtf, ucvtf##W##_##W, W, U, COUNT) \
  INLINE v128 vfma##W(v128 a, v128 b, v128 c) { \
    U r; \
    for (int i = 0; i < COUNT; i++) r[i] = fma##W(((U)a)[i], ((U)b)[i], ((U)c)[i]); \
    return (v128)r; \
  }
#define FLOAT_BINARY(NAME, W, U, COUNT) \
  INLINE v128 v##NAME##W(v128 a, v128 b) { \
    U r; \
    for (int i = 0; i < COUNT; i++) r[i] = NAME##W(((U)a)[i], ((U)b)[i]); \
    return (v128)r; \
  }
#define FLOAT_COMPARE(NAME, W, U, COUNT) \
  INLINE v128 v##NAME##W(v128 a, v128 b) { \
    U r; \
    for (int i = 0; i < COUNT; i++) r[i] = -(u##W)NAME##W(((U)a)[i], ((U)b)[i]); \
    return (v128)r; \
  }
#define FLOAT_UNARY(NAME, SCALAR, W, U, COUNT) \
  INLINE v128 v##NAME##W(v128 a) { \
    U r; \
    for (int i = 0; i < COUNT; i++) r[i] = SCALAR(((U)a)[i]); \
    return (v128)r; \
  }
FLOAT_LANES(32, u32x4, 4)
FLOAT_LANES(64, u64x2, 2)
#undef FLOAT_LANES

#endif
