#include "harness.h"

static u64 state = 12345;
static u64 next(void) { state = state * 6364136223846793005u + 1442695040888963407u; return state >> 11; }
static u64 of_double(double d) { u64 b; __builtin_memcpy(&b, &d, 8); return b; }
static u64 of_float(float f) { u32 b; __builtin_memcpy(&b, &f, 4); return b; }
static u64 mix(u64 hash, u64 value) { return (hash ^ value) * 1099511628211u; }

static double series(double x) {
  double term = x, sum = x;
  for (int n = 1; n < 12; n++) { term *= -x * x / ((2 * n) * (2 * n + 1)); sum += term; }
  return sum;
}

static float smooth(const float *v, int n) {
  float sum = 0;
  for (int i = 1; i + 1 < n; i++) sum += (v[i - 1] + 2 * v[i] + v[i + 1]) * 0.25f;
  return sum;
}

static void test(void) {
  static float v[256];
  static double w[64];
  u64 h = 0;
  for (int i = 0; i < 256; i++) v[i] = (float)(s32)next() * 1e-6f;
  for (int i = 0; i < 64; i++) w[i] = (double)(s64)next() / 3.7;
  for (int i = 0; i < 200; i++) {
    double a = (double)(s64)next() * 1e-9, b = (double)next() / 1e12 - 3;
    float c = (float)a, d = (float)b;
    h = mix(h, of_double(a + b)); h = mix(h, of_double(a * b - a)); h = mix(h, of_double(a / b)); h = mix(h, of_double(-a));
    h = mix(h, of_float(c + d)); h = mix(h, of_float(c * d - c)); h = mix(h, of_float(c / d)); h = mix(h, of_double(__builtin_sqrt(a < 0 ? -a : a)));
    h = mix(h, (u64)(s64)a); h = mix(h, (u64)(s32)b); h = mix(h, (u64)(u32)(c < 0 ? 0 : c)); h = mix(h, a < b ? 1 : a > b ? 2 : 3);
    h = mix(h, of_double(series(b / 4))); h = mix(h, of_double(__builtin_floor(b) + __builtin_ceil(a) - __builtin_trunc(b)));
    h = mix(h, of_double(c > d ? __builtin_fabs(a) : __builtin_fma(a, b, 1.5))); h = mix(h, of_float((float)(u32)i / 7));
  }
  double zero = 0, infinite = 1 / (zero + 1e-310 * 1e-10 + zero);
  volatile double none = zero;
  h = mix(h, of_double(none / none)); h = mix(h, of_double(infinite - infinite)); h = mix(h, (u64)(s32)(none / none));
  print_hex("scalar", h);
  print_hex("smooth", of_float(smooth(v, 256)));
  for (int i = 0; i < 64; i++) w[i] = w[i] * 0.5 + (double)i;
  double total = 0;
  for (int i = 0; i < 64; i++) total += w[i];
  print_hex("total", of_double(total));
  s32 whole[256];
  for (int i = 0; i < 256; i++) whole[i] = (s32)v[i] * 3 + (v[i] > 0 ? 1 : -1);
  u64 sum = 0;
  for (int i = 0; i < 256; i++) sum = sum * 31 + (u32)whole[i];
  print_hex("whole", sum);
}
