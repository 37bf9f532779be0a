/*
 * Floating point on bits. Numbers come from the host, which rounds as the guest does; what a NaN becomes is Arm's
 * rule, written out: hosts differ in which operand they keep and in the sign of the default NaN.
 */
#ifndef RECOMP_OPS_FLOAT_H
#define RECOMP_OPS_FLOAT_H
#include "types.h"

INLINE float float_of(u32 bits) { float f; __builtin_memcpy(&f, &bits, 4); return f; }
INLINE double double_of(u64 bits) { double d; __builtin_memcpy(&d, &bits, 8); return d; }
INLINE u32 bits_of_float(float f) { u32 bits; __builtin_memcpy(&bits, &f, 4); return bits; }
INLINE u64 bits_of_double(double d) { u64 bits; __builtin_memcpy(&bits, &d, 8); return bits; }

#define FLOAT_FORMAT(W, T, of, bits_of, QUIET, DEFAULT_NAN, INFINITE, SIGN) \
  INLINE int is_nan##W(u##W a) { return (a & ~SIGN) > INFINITE; } \
  INLINE int is_signalling##W(u##W a) { return is_nan##W(a) && !(a & QUIET); } \
  /* The first signalling operand, else the first quiet one, else the default: it came from an invalid operation. */ \
  static __attribute__((noinline, unused)) u##W pick_nan##W(u##W a, u##W b) { \
    if (is_signalling##W(a)) return a | QUIET; \
    if (is_signalling##W(b)) return b | QUIET; \
    if (is_nan##W(a)) return a; \
    if (is_nan##W(b)) return b; \
    return DEFAULT_NAN; \
  } \
  INLINE u##W settle##W(T result, u##W a, u##W b) { \
    return __builtin_expect(result != result, 0) ? pick_nan##W(a, b) : bits_of(result); \
  } \
  INLINE u##W fadd##W(u##W a, u##W b) { return settle##W(of(a) + of(b), a, b); } \
  INLINE u##W fsub##W(u##W a, u##W b) { return settle##W(of(a) - of(b), a, b); } \
  INLINE u##W fmul##W(u##W a, u##W b) { return settle##W(of(a) * of(b), a, b); } \
  INLINE u##W fdiv##W(u##W a, u##W b) { return settle##W(of(a) / of(b), a, b); } \
  INLINE u##W fmax##W(u##W a, u##W b) { \
    if (is_nan##W(a) || is_nan##W(b)) return pick_nan##W(a, b); \
    if (of(a) == of(b)) return a & b; /* of two zeros the positive one */ \
    return of(a) > of(b) ? a : b; \
  } \
  INLINE u##W fmin##W(u##W a, u##W b) { \
    if (is_nan##W(a) || is_nan##W(b)) return pick_nan##W(a, b); \
    if (of(a) == of(b)) return a | b; \
    return of(a) < of(b) ? a : b; \
  } \
  INLINE u##W fmaxnm##W(u##W a, u##W b) { \
    const int a_quiet = is_nan##W(a) && (a & QUIET), b_quiet = is_nan##W(b) && (b & QUIET); \
    if (a_quiet && !is_nan##W(b)) return b; \
    if (b_quiet && !is_nan##W(a)) return a; \
    return fmax##W(a, b); \
  } \
  INLINE u##W fminnm##W(u##W a, u##W b) { \
    const int a_quiet = is_nan##W(a) && (a & QUIET), b_quiet = is_nan##W(b) && (b & QUIET); \
    if (a_quiet && !is_nan##W(b)) return b; \
    if (b_quiet && !is_nan##W(a)) return a; \
    return fmin##W(a, b); \
  } \
  INLINE u##W fma##W(u##W a, u##W b, u##W c) { \
    const int is_invalid = ((a & ~SIGN) == 0 && (b & ~SIGN) == INFINITE) || ((b & ~SIGN) == 0 && (a & ~SIGN) == INFINITE); \
    if (__builtin_expect(is_invalid && is_nan##W(c) && (c & QUIET), 0)) return DEFAULT_NAN; \
    const T result = fma_host##W(of(a), of(b), of(c)); \
    if (__builtin_expect(result == result, 1)) return bits_of(result); \
    if (is_signalling##W(c)) return c | QUIET; \
    if (is_signalling##W(a)) return a | QUIET; \
    if (is_signalling##W(b)) return b | QUIET; \
    if (is_nan##W(c)) return c; \
    return pick_nan##W(a, b); \
  } \
  INLINE u##W fsqrt##W(u##W a) { return settle##W(sqrt_host##W(of(a)), a, a); } \
  INLINE u##W frintn##W(u##W a) { return is_nan##W(a) ? a | QUIET : bits_of(round_even##W(of(a))); } \
  INLINE u##W frintp##W(u##W a) { return is_nan##W(a) ? a | QUIET : bits_of(ceil##W(of(a))); } \
  INLINE u##W frintm##W(u##W a) { return is_nan##W(a) ? a | QUIET : bits_of(floor##W(of(a))); } \
  INLINE u##W frintz##W(u##W a) { return is_nan##W(a) ? a | QUIET : bits_of(trunc##W(of(a))); } \
  INLINE u##W frinta##W(u##W a) { return is_nan##W(a) ? a | QUIET : bits_of(round_away##W(of(a))); } \
  INLINE u32 feq##W(u##W a, u##W b) { return of(a) == of(b); } \
  INLINE u32 flt##W(u##W a, u##W b) { return of(a) < of(b); } \
  INLINE u32 fle##W(u##W a, u##W b) { return of(a) <= of(b); } \
  INLINE u32 funordered##W(u##W a, u##W b) { return (u32)__builtin_isunordered(of(a), of(b)); } \
  /* Towards zero, saturating; NaN is 0. */ \
  INLINE u32 fcvtzs32_##W(u##W a) { \
    const T value = of(a); \
    if (value != value) return 0; \
    return value >= (T)0x1p31 ? 0x7fffffffu : value <= (T)-0x1p31 ? 0x80000000u : (u32)(s32)value; \
  } \
  INLINE u64 fcvtzs64_##W(u##W a) { \
    const T value = of(a); \
    if (value != value) return 0; \
    return value >= (T)0x1p63 ? 0x7fffffffffffffffull : value <= (T)-0x1p63 ? 0x8000000000000000ull : (u64)(s64)value; \
  } \
  INLINE u32 fcvtzu32_##W(u##W a) { \
    const T value = of(a); \
    return !(value > 0) ? 0 : value >= (T)0x1p32 ? 0xffffffffu : (u32)value; \
  } \
  INLINE u64 fcvtzu64_##W(u##W a) { \
    const T value = of(a); \
    return !(value > 0) ? 0 : value >= (T)0x1p64 ? 0xffffffffffffffffull : (u64)value; \
  } \
  INLINE u##W scvtf##W##_32(u32 a) { return bits_of((T)(s32)a); } \
  INLINE u##W scvtf##W##_64(u64 a) { return bits_of((T)(s64)a); } \
  INLINE u##W ucvtf##W##_32(u32 a) { return bits_of((T)a); } \
  INLINE u##W ucvtf##W##_64(u64 a) { return bits_of((T)a); }

INLINE float fma_host32(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
INLINE double fma_host64(double a, double b, double c) { return __builtin_fma(a, b, c); }
INLINE float sqrt_host32(float a) { return __builtin_sqrtf(a); }
INLINE double sqrt_host64(double a) { return __builtin_sqrt(a); }
INLINE float floor32(float a) { return __builtin_floorf(a); }
INLINE double floor64(double a) { return __builtin_floor(a); }
INLINE float ceil32(float a) { return __builtin_ceilf(a); }
INLINE double ceil64(double a) { return __builtin_ceil(a); }
INLINE float trunc32(float a) { return __builtin_truncf(a); }
INLINE double trunc64(double a) { return __builtin_trunc(a); }
INLINE float round_away32(float a) { return __builtin_roundf(a); }
INLINE double round_away64(double a) { return __builtin_round(a); }
INLINE float round_even32(float a) { return __builtin_rintf(a); }
INLINE double round_even64(double a) { return __builtin_rint(a); }

FLOAT_FORMAT(32, float, float_of, bits_of_float, 0x00400000u, 0x7fc00000u, 0x7f800000u, 0x80000000u)
FLOAT_FORMAT(64, double, double_of, bits_of_double, 0x0008000000000000ull, 0x7ff8000000000000ull, 0x7ff0000000000000ull, 0x8000000000000000ull)
#undef FLOAT_FORMAT

/* Between formats a NaN keeps its sign and the upper bits of its payload, and becomes quiet. */
INLINE u64 fcvt64_32(u32 a) {
  if (is_nan32(a)) return (u64)(a >> 31) << 63 | 0x7ff8000000000000ull | (u64)(a & 0x7fffffu) << 29;
  return bits_of_double((double)float_of(a));
}
INLINE u32 fcvt32_64(u64 a) {
  if (is_nan64(a)) return (u32)(a >> 63) << 31 | 0x7fc00000u | (u32)((a & 0xfffffffffffffull) >> 29);
  return bits_of_float((float)double_of(a));
}
static __attribute__((unused)) u64 fcvt64_16(u32 a) {
  const u64 sign = (u64)(a >> 15 & 1) << 63, fraction = a & 0x3ff;
  const u32 exponent = a >> 10 & 31;
  if (exponent == 31) return sign | (fraction ? 0x7ff8000000000000ull | fraction << 42 : 0x7ff0000000000000ull);
  const double size = exponent ? (double)(1024 + fraction) * 0x1p-25 * (double)(1ull << exponent) : (double)fraction * 0x1p-24;
  return sign | bits_of_double(size);
}
INLINE u32 fcvt32_16(u32 a) { return fcvt32_64(fcvt64_16(a)); }
static __attribute__((unused)) u32 fcvt16_64(u64 a) {
  const u32 sign = (u32)(a >> 63) << 15;
  if (is_nan64(a)) return sign | 0x7e00u | (u32)((a & 0xfffffffffffffull) >> 42);
  const double size = double_of(a & 0x7fffffffffffffffull);
  if (size >= 65520.0) return sign | 0x7c00u;
  int exponent = (int)(a >> 52 & 0x7ff) - 1023;
  if (exponent < -14) exponent = -14;
  /* Scaled so that the last bit of the result is worth 1; the host rounds to even. */
  const double steps = __builtin_rint(size * double_of((u64)(1023 + 10 - exponent) << 52));
  return sign | (u32)((exponent + 14) * 1024 + (int)steps);
}
INLINE u32 fcvt16_32(u32 a) { return fcvt16_64(fcvt64_32(a)); }

#endif
