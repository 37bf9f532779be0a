/* Names for the machine's types; every file of the runtime and of lifted code starts here. */
#ifndef RECOMP_TYPES_H
#define RECOMP_TYPES_H
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef unsigned __int128 u128;
typedef __int128 s128;

/* 128 bits of a vector register, and views of it as lanes. */
typedef u64 v128 __attribute__((vector_size(16)));
typedef u8 u8x16 __attribute__((vector_size(16)));
typedef u16 u16x8 __attribute__((vector_size(16)));
typedef u32 u32x4 __attribute__((vector_size(16)));
typedef u64 u64x2 __attribute__((vector_size(16)));
typedef s8 s8x16 __attribute__((vector_size(16)));
typedef s16 s16x8 __attribute__((vector_size(16)));
typedef s32 s32x4 __attribute__((vector_size(16)));
typedef s64 s64x2 __attribute__((vector_size(16)));

#define V(high, low) ((v128){ (low), (high) })
#define INLINE static inline __attribute__((always_inline, unused))

#endif
