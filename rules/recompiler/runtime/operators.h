/* Printed by scripts/print-operators.ts from the operator table; do not edit. */
enum opcode { IR_CONST32, IR_CONST64, IR_CONST128, IR_X, IR_V, IR_TEMP, IR_PC, IR_COND, IR_NZCV, IR_SYS, IR_LOAD, IR_OP, IR_LET, IR_SETX, IR_SETV, IR_SETSYS, IR_STORE, IR_STORE_WHEN, IR_FLAGS, IR_FLAGS_WHEN, IR_NEXT, IR_JUMP, IR_BRANCH, IR_CALL, IR_JUMP_TO, IR_RETURN_TO, IR_CALL_TO, IR_SYSTEM_CALL, IR_TRAP };
enum flag_kind { FLAGS_ADD, FLAGS_SUB, FLAGS_AND, FLAGS_ADC, FLAGS_SBC, FLAGS_FCMP, FLAGS_NZCV };
static const char *const trap_reasons[] = { "unknown", "unsupported", "unallocated", "breakpoint" };

/* Replaces the operands below `top` by the result. */
static union value *apply(u32 operator, union value *top) {
  switch (operator) {
  case 0: top[-2].w = (top[-2].w + top[-1].w); top -= 1; break; /* add32 */
  case 1: top[-2].q = (top[-2].q + top[-1].q); top -= 1; break; /* add64 */
  case 2: top[-2].w = (top[-2].w - top[-1].w); top -= 1; break; /* sub32 */
  case 3: top[-2].q = (top[-2].q - top[-1].q); top -= 1; break; /* sub64 */
  case 4: top[-2].w = (top[-2].w * top[-1].w); top -= 1; break; /* mul32 */
  case 5: top[-2].q = (top[-2].q * top[-1].q); top -= 1; break; /* mul64 */
  case 6: top[-2].w = (top[-2].w & top[-1].w); top -= 1; break; /* and32 */
  case 7: top[-2].q = (top[-2].q & top[-1].q); top -= 1; break; /* and64 */
  case 8: top[-2].w = (top[-2].w | top[-1].w); top -= 1; break; /* or32 */
  case 9: top[-2].q = (top[-2].q | top[-1].q); top -= 1; break; /* or64 */
  case 10: top[-2].w = (top[-2].w ^ top[-1].w); top -= 1; break; /* xor32 */
  case 11: top[-2].q = (top[-2].q ^ top[-1].q); top -= 1; break; /* xor64 */
  case 12: top[-1].w = (~top[-1].w); break; /* not32 */
  case 13: top[-1].q = (~top[-1].q); break; /* not64 */
  case 14: top[-2].w = (top[-2].w << (top[-1].w & 31)); top -= 1; break; /* shl32 */
  case 15: top[-2].q = (top[-2].q << (top[-1].q & 63)); top -= 1; break; /* shl64 */
  case 16: top[-2].w = (top[-2].w >> (top[-1].w & 31)); top -= 1; break; /* lshr32 */
  case 17: top[-2].q = (top[-2].q >> (top[-1].q & 63)); top -= 1; break; /* lshr64 */
  case 18: top[-2].w = ((u32)((s32)top[-2].w >> (top[-1].w & 31))); top -= 1; break; /* ashr32 */
  case 19: top[-2].q = ((u64)((s64)top[-2].q >> (top[-1].q & 63))); top -= 1; break; /* ashr64 */
  case 20: top[-2].w = ror32(top[-2].w, top[-1].w); top -= 1; break; /* ror32 */
  case 21: top[-2].q = ror64(top[-2].q, top[-1].q); top -= 1; break; /* ror64 */
  case 22: top[-2].w = udiv32(top[-2].w, top[-1].w); top -= 1; break; /* udiv32 */
  case 23: top[-2].q = udiv64(top[-2].q, top[-1].q); top -= 1; break; /* udiv64 */
  case 24: top[-2].w = sdiv32(top[-2].w, top[-1].w); top -= 1; break; /* sdiv32 */
  case 25: top[-2].q = sdiv64(top[-2].q, top[-1].q); top -= 1; break; /* sdiv64 */
  case 26: top[-1].w = clz32(top[-1].w); break; /* clz32 */
  case 27: top[-1].q = clz64(top[-1].q); break; /* clz64 */
  case 28: top[-1].w = rbit32(top[-1].w); break; /* rbit32 */
  case 29: top[-1].q = rbit64(top[-1].q); break; /* rbit64 */
  case 30: top[-1].w = bswap32(top[-1].w); break; /* bswap32 */
  case 31: top[-1].q = bswap64(top[-1].q); break; /* bswap64 */
  case 32: top[-2].w = ((u32)(top[-2].w == top[-1].w)); top -= 1; break; /* eq32 */
  case 33: top[-2].w = ((u32)(top[-2].q == top[-1].q)); top -= 1; break; /* eq64 */
  case 34: top[-2].w = ((u32)(top[-2].w != top[-1].w)); top -= 1; break; /* ne32 */
  case 35: top[-2].w = ((u32)(top[-2].q != top[-1].q)); top -= 1; break; /* ne64 */
  case 36: top[-2].w = ((u32)(top[-2].w < top[-1].w)); top -= 1; break; /* ult32 */
  case 37: top[-2].w = ((u32)(top[-2].q < top[-1].q)); top -= 1; break; /* ult64 */
  case 38: top[-2].w = ((u32)((s32)top[-2].w < (s32)top[-1].w)); top -= 1; break; /* slt32 */
  case 39: top[-2].w = ((u32)((s64)top[-2].q < (s64)top[-1].q)); top -= 1; break; /* slt64 */
  case 40: top[-3].w = (top[-3].w ? top[-2].w : top[-1].w); top -= 2; break; /* select32 */
  case 41: top[-3].q = (top[-3].w ? top[-2].q : top[-1].q); top -= 2; break; /* select64 */
  case 42: top[-3].v = (top[-3].w ? top[-2].v : top[-1].v); top -= 2; break; /* select128 */
  case 43: top[-1].q = ((u64)top[-1].w); break; /* zext */
  case 44: top[-1].q = ((u64)(s64)(s32)top[-1].w); break; /* sext */
  case 45: top[-1].w = ((u32)top[-1].q); break; /* trunc */
  case 46: top[-1].w = ((u32)(s8)top[-1].w); break; /* sext8 */
  case 47: top[-1].w = ((u32)(s16)top[-1].w); break; /* sext16 */
  case 48: top[-2].q = umulh(top[-2].q, top[-1].q); top -= 1; break; /* umulh */
  case 49: top[-2].q = smulh(top[-2].q, top[-1].q); top -= 1; break; /* smulh */
  case 50: top[-2].w = crc32_8(top[-2].w, top[-1].w); top -= 1; break; /* crc32_8 */
  case 51: top[-2].w = crc32c_8(top[-2].w, top[-1].w); top -= 1; break; /* crc32c_8 */
  case 52: top[-2].w = crc32_16(top[-2].w, top[-1].w); top -= 1; break; /* crc32_16 */
  case 53: top[-2].w = crc32c_16(top[-2].w, top[-1].w); top -= 1; break; /* crc32c_16 */
  case 54: top[-2].w = crc32_32(top[-2].w, top[-1].w); top -= 1; break; /* crc32_32 */
  case 55: top[-2].w = crc32c_32(top[-2].w, top[-1].w); top -= 1; break; /* crc32c_32 */
  case 56: top[-2].w = crc32_64(top[-2].w, top[-1].q); top -= 1; break; /* crc32_64 */
  case 57: top[-2].w = crc32c_64(top[-2].w, top[-1].q); top -= 1; break; /* crc32c_64 */
  case 58: top[-2].w = fadd32(top[-2].w, top[-1].w); top -= 1; break; /* fadd32 */
  case 59: top[-2].q = fadd64(top[-2].q, top[-1].q); top -= 1; break; /* fadd64 */
  case 60: top[-2].w = fsub32(top[-2].w, top[-1].w); top -= 1; break; /* fsub32 */
  case 61: top[-2].q = fsub64(top[-2].q, top[-1].q); top -= 1; break; /* fsub64 */
  case 62: top[-2].w = fmul32(top[-2].w, top[-1].w); top -= 1; break; /* fmul32 */
  case 63: top[-2].q = fmul64(top[-2].q, top[-1].q); top -= 1; break; /* fmul64 */
  case 64: top[-2].w = fdiv32(top[-2].w, top[-1].w); top -= 1; break; /* fdiv32 */
  case 65: top[-2].q = fdiv64(top[-2].q, top[-1].q); top -= 1; break; /* fdiv64 */
  case 66: top[-2].w = fmax32(top[-2].w, top[-1].w); top -= 1; break; /* fmax32 */
  case 67: top[-2].q = fmax64(top[-2].q, top[-1].q); top -= 1; break; /* fmax64 */
  case 68: top[-2].w = fmin32(top[-2].w, top[-1].w); top -= 1; break; /* fmin32 */
  case 69: top[-2].q = fmin64(top[-2].q, top[-1].q); top -= 1; break; /* fmin64 */
  case 70: top[-2].w = fmaxnm32(top[-2].w, top[-1].w); top -= 1; break; /* fmaxnm32 */
  case 71: top[-2].q = fmaxnm64(top[-2].q, top[-1].q); top -= 1; break; /* fmaxnm64 */
  case 72: top[-2].w = fminnm32(top[-2].w, top[-1].w); top -= 1; break; /* fminnm32 */
  case 73: top[-2].q = fminnm64(top[-2].q, top[-1].q); top -= 1; break; /* fminnm64 */
  case 74: top[-3].w = fma32(top[-3].w, top[-2].w, top[-1].w); top -= 2; break; /* fma32 */
  case 75: top[-3].q = fma64(top[-3].q, top[-2].q, top[-1].q); top -= 2; break; /* fma64 */
  case 76: top[-1].w = fsqrt32(top[-1].w); break; /* fsqrt32 */
  case 77: top[-1].q = fsqrt64(top[-1].q); break; /* fsqrt64 */
  case 78: top[-1].w = frintn32(top[-1].w); break; /* frintn32 */
  case 79: top[-1].q = frintn64(top[-1].q); break; /* frintn64 */
  case 80: top[-1].w = frintp32(top[-1].w); break; /* frintp32 */
  case 81: top[-1].q = frintp64(top[-1].q); break; /* frintp64 */
  case 82: top[-1].w = frintm32(top[-1].w); break; /* frintm32 */
  case 83: top[-1].q = frintm64(top[-1].q); break; /* frintm64 */
  case 84: top[-1].w = frintz32(top[-1].w); break; /* frintz32 */
  case 85: top[-1].q = frintz64(top[-1].q); break; /* frintz64 */
  case 86: top[-1].w = frinta32(top[-1].w); break; /* frinta32 */
  case 87: top[-1].q = frinta64(top[-1].q); break; /* frinta64 */
  case 88: top[-2].w = feq32(top[-2].w, top[-1].w); top -= 1; break; /* feq32 */
  case 89: top[-2].w = feq64(top[-2].q, top[-1].q); top -= 1; break; /* feq64 */
  case 90: top[-2].w = flt32(top[-2].w, top[-1].w); top -= 1; break; /* flt32 */
  case 91: top[-2].w = flt64(top[-2].q, top[-1].q); top -= 1; break; /* flt64 */
  case 92: top[-2].w = fle32(top[-2].w, top[-1].w); top -= 1; break; /* fle32 */
  case 93: top[-2].w = fle64(top[-2].q, top[-1].q); top -= 1; break; /* fle64 */
  case 94: top[-1].w = fcvtzs32_32(top[-1].w); break; /* fcvtzs32_32 */
  case 95: top[-1].w = fcvtzs32_64(top[-1].q); break; /* fcvtzs32_64 */
  case 96: top[-1].q = fcvtzs64_32(top[-1].w); break; /* fcvtzs64_32 */
  case 97: top[-1].q = fcvtzs64_64(top[-1].q); break; /* fcvtzs64_64 */
  case 98: top[-1].w = fcvtzu32_32(top[-1].w); break; /* fcvtzu32_32 */
  case 99: top[-1].w = fcvtzu32_64(top[-1].q); break; /* fcvtzu32_64 */
  case 100: top[-1].q = fcvtzu64_32(top[-1].w); break; /* fcvtzu64_32 */
  case 101: top[-1].q = fcvtzu64_64(top[-1].q); break; /* fcvtzu64_64 */
  case 102: top[-1].w = scvtf32_32(top[-1].w); break; /* scvtf32_32 */
  case 103: top[-1].w = scvtf32_64(top[-1].q); break; /* scvtf32_64 */
  case 104: top[-1].q = scvtf64_32(top[-1].w); break; /* scvtf64_32 */
  case 105: top[-1].q = scvtf64_64(top[-1].q); break; /* scvtf64_64 */
  case 106: top[-1].w = ucvtf32_32(top[-1].w); break; /* ucvtf32_32 */
  case 107: top[-1].w = ucvtf32_64(top[-1].q); break; /* ucvtf32_64 */
  case 108: top[-1].q = ucvtf64_32(top[-1].w); break; /* ucvtf64_32 */
  case 109: top[-1].q = ucvtf64_64(top[-1].q); break; /* ucvtf64_64 */
  case 110: top[-1].q = fcvt64_32(top[-1].w); break; /* fcvt64_32 */
  case 111: top[-1].w = fcvt32_64(top[-1].q); break; /* fcvt32_64 */
  case 112: top[-1].w = fcvt32_16(top[-1].w); break; /* fcvt32_16 */
  case 113: top[-1].q = fcvt64_16(top[-1].w); break; /* fcvt64_16 */
  case 114: top[-1].w = fcvt16_32(top[-1].w); break; /* fcvt16_32 */
  case 115: top[-1].w = fcvt16_64(top[-1].q); break; /* fcvt16_64 */
  case 116: top[-2].v = (top[-2].v & top[-1].v); top -= 1; break; /* vand */
  case 117: top[-2].v = (top[-2].v | top[-1].v); top -= 1; break; /* vor */
  case 118: top[-2].v = (top[-2].v ^ top[-1].v); top -= 1; break; /* vxor */
  case 119: top[-1].v = (~top[-1].v); break; /* vnot */
  case 120: top[-1].v = vlow(top[-1].q); break; /* vlow */
  case 121: top[-2].w = vget8(top[-2].v, top[-1].w); top -= 1; break; /* vget8 */
  case 122: top[-3].v = vset8(top[-3].v, top[-2].w, top[-1].w); top -= 2; break; /* vset8 */
  case 123: top[-1].v = vsplat8(top[-1].w); break; /* vsplat8 */
  case 124: top[-2].w = vget16(top[-2].v, top[-1].w); top -= 1; break; /* vget16 */
  case 125: top[-3].v = vset16(top[-3].v, top[-2].w, top[-1].w); top -= 2; break; /* vset16 */
  case 126: top[-1].v = vsplat16(top[-1].w); break; /* vsplat16 */
  case 127: top[-2].w = vget32(top[-2].v, top[-1].w); top -= 1; break; /* vget32 */
  case 128: top[-3].v = vset32(top[-3].v, top[-2].w, top[-1].w); top -= 2; break; /* vset32 */
  case 129: top[-1].v = vsplat32(top[-1].w); break; /* vsplat32 */
  case 130: top[-2].q = vget64(top[-2].v, top[-1].w); top -= 1; break; /* vget64 */
  case 131: top[-3].v = vset64(top[-3].v, top[-2].w, top[-1].q); top -= 2; break; /* vset64 */
  case 132: top[-1].v = vsplat64(top[-1].q); break; /* vsplat64 */
  case 133: top[-3].v = vshuffle(top[-3].v, top[-2].v, top[-1].v); top -= 2; break; /* vshuffle */
  case 134: top[-2].v = vtable(top[-2].v, top[-1].v); top -= 1; break; /* vtable */
  case 135: top[-2].v = vadd8(top[-2].v, top[-1].v); top -= 1; break; /* vadd8 */
  case 136: top[-2].v = vadd16(top[-2].v, top[-1].v); top -= 1; break; /* vadd16 */
  case 137: top[-2].v = vadd32(top[-2].v, top[-1].v); top -= 1; break; /* vadd32 */
  case 138: top[-2].v = vadd64(top[-2].v, top[-1].v); top -= 1; break; /* vadd64 */
  case 139: top[-2].v = vsub8(top[-2].v, top[-1].v); top -= 1; break; /* vsub8 */
  case 140: top[-2].v = vsub16(top[-2].v, top[-1].v); top -= 1; break; /* vsub16 */
  case 141: top[-2].v = vsub32(top[-2].v, top[-1].v); top -= 1; break; /* vsub32 */
  case 142: top[-2].v = vsub64(top[-2].v, top[-1].v); top -= 1; break; /* vsub64 */
  case 143: top[-2].v = vmul8(top[-2].v, top[-1].v); top -= 1; break; /* vmul8 */
  case 144: top[-2].v = vmul16(top[-2].v, top[-1].v); top -= 1; break; /* vmul16 */
  case 145: top[-2].v = vmul32(top[-2].v, top[-1].v); top -= 1; break; /* vmul32 */
  case 146: top[-2].v = veq8(top[-2].v, top[-1].v); top -= 1; break; /* veq8 */
  case 147: top[-2].v = veq16(top[-2].v, top[-1].v); top -= 1; break; /* veq16 */
  case 148: top[-2].v = veq32(top[-2].v, top[-1].v); top -= 1; break; /* veq32 */
  case 149: top[-2].v = veq64(top[-2].v, top[-1].v); top -= 1; break; /* veq64 */
  case 150: top[-2].v = vsgt8(top[-2].v, top[-1].v); top -= 1; break; /* vsgt8 */
  case 151: top[-2].v = vsgt16(top[-2].v, top[-1].v); top -= 1; break; /* vsgt16 */
  case 152: top[-2].v = vsgt32(top[-2].v, top[-1].v); top -= 1; break; /* vsgt32 */
  case 153: top[-2].v = vsgt64(top[-2].v, top[-1].v); top -= 1; break; /* vsgt64 */
  case 154: top[-2].v = vugt8(top[-2].v, top[-1].v); top -= 1; break; /* vugt8 */
  case 155: top[-2].v = vugt16(top[-2].v, top[-1].v); top -= 1; break; /* vugt16 */
  case 156: top[-2].v = vugt32(top[-2].v, top[-1].v); top -= 1; break; /* vugt32 */
  case 157: top[-2].v = vugt64(top[-2].v, top[-1].v); top -= 1; break; /* vugt64 */
  case 158: top[-2].v = vsmax8(top[-2].v, top[-1].v); top -= 1; break; /* vsmax8 */
  case 159: top[-2].v = vsmax16(top[-2].v, top[-1].v); top -= 1; break; /* vsmax16 */
  case 160: top[-2].v = vsmax32(top[-2].v, top[-1].v); top -= 1; break; /* vsmax32 */
  case 161: top[-2].v = vsmin8(top[-2].v, top[-1].v); top -= 1; break; /* vsmin8 */
  case 162: top[-2].v = vsmin16(top[-2].v, top[-1].v); top -= 1; break; /* vsmin16 */
  case 163: top[-2].v = vsmin32(top[-2].v, top[-1].v); top -= 1; break; /* vsmin32 */
  case 164: top[-2].v = vumax8(top[-2].v, top[-1].v); top -= 1; break; /* vumax8 */
  case 165: top[-2].v = vumax16(top[-2].v, top[-1].v); top -= 1; break; /* vumax16 */
  case 166: top[-2].v = vumax32(top[-2].v, top[-1].v); top -= 1; break; /* vumax32 */
  case 167: top[-2].v = vumin8(top[-2].v, top[-1].v); top -= 1; break; /* vumin8 */
  case 168: top[-2].v = vumin16(top[-2].v, top[-1].v); top -= 1; break; /* vumin16 */
  case 169: top[-2].v = vumin32(top[-2].v, top[-1].v); top -= 1; break; /* vumin32 */
  case 170: top[-2].v = vsabd8(top[-2].v, top[-1].v); top -= 1; break; /* vsabd8 */
  case 171: top[-2].v = vsabd16(top[-2].v, top[-1].v); top -= 1; break; /* vsabd16 */
  case 172: top[-2].v = vsabd32(top[-2].v, top[-1].v); top -= 1; break; /* vsabd32 */
  case 173: top[-2].v = vuabd8(top[-2].v, top[-1].v); top -= 1; break; /* vuabd8 */
  case 174: top[-2].v = vuabd16(top[-2].v, top[-1].v); top -= 1; break; /* vuabd16 */
  case 175: top[-2].v = vuabd32(top[-2].v, top[-1].v); top -= 1; break; /* vuabd32 */
  case 176: top[-2].v = vshadd8(top[-2].v, top[-1].v); top -= 1; break; /* vshadd8 */
  case 177: top[-2].v = vshadd16(top[-2].v, top[-1].v); top -= 1; break; /* vshadd16 */
  case 178: top[-2].v = vshadd32(top[-2].v, top[-1].v); top -= 1; break; /* vshadd32 */
  case 179: top[-2].v = vuhadd8(top[-2].v, top[-1].v); top -= 1; break; /* vuhadd8 */
  case 180: top[-2].v = vuhadd16(top[-2].v, top[-1].v); top -= 1; break; /* vuhadd16 */
  case 181: top[-2].v = vuhadd32(top[-2].v, top[-1].v); top -= 1; break; /* vuhadd32 */
  case 182: top[-2].v = vsrhadd8(top[-2].v, top[-1].v); top -= 1; break; /* vsrhadd8 */
  case 183: top[-2].v = vsrhadd16(top[-2].v, top[-1].v); top -= 1; break; /* vsrhadd16 */
  case 184: top[-2].v = vsrhadd32(top[-2].v, top[-1].v); top -= 1; break; /* vsrhadd32 */
  case 185: top[-2].v = vurhadd8(top[-2].v, top[-1].v); top -= 1; break; /* vurhadd8 */
  case 186: top[-2].v = vurhadd16(top[-2].v, top[-1].v); top -= 1; break; /* vurhadd16 */
  case 187: top[-2].v = vurhadd32(top[-2].v, top[-1].v); top -= 1; break; /* vurhadd32 */
  case 188: top[-2].v = vsqadd8(top[-2].v, top[-1].v); top -= 1; break; /* vsqadd8 */
  case 189: top[-2].v = vsqadd16(top[-2].v, top[-1].v); top -= 1; break; /* vsqadd16 */
  case 190: top[-2].v = vsqadd32(top[-2].v, top[-1].v); top -= 1; break; /* vsqadd32 */
  case 191: top[-2].v = vsqadd64(top[-2].v, top[-1].v); top -= 1; break; /* vsqadd64 */
  case 192: top[-2].v = vuqadd8(top[-2].v, top[-1].v); top -= 1; break; /* vuqadd8 */
  case 193: top[-2].v = vuqadd16(top[-2].v, top[-1].v); top -= 1; break; /* vuqadd16 */
  case 194: top[-2].v = vuqadd32(top[-2].v, top[-1].v); top -= 1; break; /* vuqadd32 */
  case 195: top[-2].v = vuqadd64(top[-2].v, top[-1].v); top -= 1; break; /* vuqadd64 */
  case 196: top[-2].v = vsqsub8(top[-2].v, top[-1].v); top -= 1; break; /* vsqsub8 */
  case 197: top[-2].v = vsqsub16(top[-2].v, top[-1].v); top -= 1; break; /* vsqsub16 */
  case 198: top[-2].v = vsqsub32(top[-2].v, top[-1].v); top -= 1; break; /* vsqsub32 */
  case 199: top[-2].v = vsqsub64(top[-2].v, top[-1].v); top -= 1; break; /* vsqsub64 */
  case 200: top[-2].v = vuqsub8(top[-2].v, top[-1].v); top -= 1; break; /* vuqsub8 */
  case 201: top[-2].v = vuqsub16(top[-2].v, top[-1].v); top -= 1; break; /* vuqsub16 */
  case 202: top[-2].v = vuqsub32(top[-2].v, top[-1].v); top -= 1; break; /* vuqsub32 */
  case 203: top[-2].v = vuqsub64(top[-2].v, top[-1].v); top -= 1; break; /* vuqsub64 */
  case 204: top[-2].v = vsshl8(top[-2].v, top[-1].v); top -= 1; break; /* vsshl8 */
  case 205: top[-2].v = vsshl16(top[-2].v, top[-1].v); top -= 1; break; /* vsshl16 */
  case 206: top[-2].v = vsshl32(top[-2].v, top[-1].v); top -= 1; break; /* vsshl32 */
  case 207: top[-2].v = vsshl64(top[-2].v, top[-1].v); top -= 1; break; /* vsshl64 */
  case 208: top[-2].v = vushl8(top[-2].v, top[-1].v); top -= 1; break; /* vushl8 */
  case 209: top[-2].v = vushl16(top[-2].v, top[-1].v); top -= 1; break; /* vushl16 */
  case 210: top[-2].v = vushl32(top[-2].v, top[-1].v); top -= 1; break; /* vushl32 */
  case 211: top[-2].v = vushl64(top[-2].v, top[-1].v); top -= 1; break; /* vushl64 */
  case 212: top[-1].v = vclz8(top[-1].v); break; /* vclz8 */
  case 213: top[-1].v = vclz16(top[-1].v); break; /* vclz16 */
  case 214: top[-1].v = vclz32(top[-1].v); break; /* vclz32 */
  case 215: top[-1].v = vcnt8(top[-1].v); break; /* vcnt8 */
  case 216: top[-2].v = vshl8(top[-2].v, top[-1].w); top -= 1; break; /* vshl8 */
  case 217: top[-2].v = vshl16(top[-2].v, top[-1].w); top -= 1; break; /* vshl16 */
  case 218: top[-2].v = vshl32(top[-2].v, top[-1].w); top -= 1; break; /* vshl32 */
  case 219: top[-2].v = vshl64(top[-2].v, top[-1].w); top -= 1; break; /* vshl64 */
  case 220: top[-2].v = vlshr8(top[-2].v, top[-1].w); top -= 1; break; /* vlshr8 */
  case 221: top[-2].v = vlshr16(top[-2].v, top[-1].w); top -= 1; break; /* vlshr16 */
  case 222: top[-2].v = vlshr32(top[-2].v, top[-1].w); top -= 1; break; /* vlshr32 */
  case 223: top[-2].v = vlshr64(top[-2].v, top[-1].w); top -= 1; break; /* vlshr64 */
  case 224: top[-2].v = vashr8(top[-2].v, top[-1].w); top -= 1; break; /* vashr8 */
  case 225: top[-2].v = vashr16(top[-2].v, top[-1].w); top -= 1; break; /* vashr16 */
  case 226: top[-2].v = vashr32(top[-2].v, top[-1].w); top -= 1; break; /* vashr32 */
  case 227: top[-2].v = vashr64(top[-2].v, top[-1].w); top -= 1; break; /* vashr64 */
  case 228: top[-2].v = vfadd32(top[-2].v, top[-1].v); top -= 1; break; /* vfadd32 */
  case 229: top[-2].v = vfsub32(top[-2].v, top[-1].v); top -= 1; break; /* vfsub32 */
  case 230: top[-2].v = vfmul32(top[-2].v, top[-1].v); top -= 1; break; /* vfmul32 */
  case 231: top[-2].v = vfdiv32(top[-2].v, top[-1].v); top -= 1; break; /* vfdiv32 */
  case 232: top[-2].v = vfmax32(top[-2].v, top[-1].v); top -= 1; break; /* vfmax32 */
  case 233: top[-2].v = vfmin32(top[-2].v, top[-1].v); top -= 1; break; /* vfmin32 */
  case 234: top[-2].v = vfmaxnm32(top[-2].v, top[-1].v); top -= 1; break; /* vfmaxnm32 */
  case 235: top[-2].v = vfminnm32(top[-2].v, top[-1].v); top -= 1; break; /* vfminnm32 */
  case 236: top[-3].v = vfma32(top[-3].v, top[-2].v, top[-1].v); top -= 2; break; /* vfma32 */
  case 237: top[-1].v = vfsqrt32(top[-1].v); break; /* vfsqrt32 */
  case 238: top[-1].v = vfrintn32(top[-1].v); break; /* vfrintn32 */
  case 239: top[-1].v = vfrintp32(top[-1].v); break; /* vfrintp32 */
  case 240: top[-1].v = vfrintm32(top[-1].v); break; /* vfrintm32 */
  case 241: top[-1].v = vfrintz32(top[-1].v); break; /* vfrintz32 */
  case 242: top[-1].v = vfrinta32(top[-1].v); break; /* vfrinta32 */
  case 243: top[-2].v = vfeq32(top[-2].v, top[-1].v); top -= 1; break; /* vfeq32 */
  case 244: top[-2].v = vflt32(top[-2].v, top[-1].v); top -= 1; break; /* vflt32 */
  case 245: top[-2].v = vfle32(top[-2].v, top[-1].v); top -= 1; break; /* vfle32 */
  case 246: top[-1].v = vfcvtzs32(top[-1].v); break; /* vfcvtzs32 */
  case 247: top[-1].v = vfcvtzu32(top[-1].v); break; /* vfcvtzu32 */
  case 248: top[-1].v = vscvtf32(top[-1].v); break; /* vscvtf32 */
  case 249: top[-1].v = vucvtf32(top[-1].v); break; /* vucvtf32 */
  case 250: top[-2].v = vfadd64(top[-2].v, top[-1].v); top -= 1; break; /* vfadd64 */
  case 251: top[-2].v = vfsub64(top[-2].v, top[-1].v); top -= 1; break; /* vfsub64 */
  case 252: top[-2].v = vfmul64(top[-2].v, top[-1].v); top -= 1; break; /* vfmul64 */
  case 253: top[-2].v = vfdiv64(top[-2].v, top[-1].v); top -= 1; break; /* vfdiv64 */
  case 254: top[-2].v = vfmax64(top[-2].v, top[-1].v); top -= 1; break; /* vfmax64 */
  case 255: top[-2].v = vfmin64(top[-2].v, top[-1].v); top -= 1; break; /* vfmin64 */
  case 256: top[-2].v = vfmaxnm64(top[-2].v, top[-1].v); top -= 1; break; /* vfmaxnm64 */
  case 257: top[-2].v = vfminnm64(top[-2].v, top[-1].v); top -= 1; break; /* vfminnm64 */
  case 258: top[-3].v = vfma64(top[-3].v, top[-2].v, top[-1].v); top -= 2; break; /* vfma64 */
  case 259: top[-1].v = vfsqrt64(top[-1].v); break; /* vfsqrt64 */
  case 260: top[-1].v = vfrintn64(top[-1].v); break; /* vfrintn64 */
  case 261: top[-1].v = vfrintp64(top[-1].v); break; /* vfrintp64 */
  case 262: top[-1].v = vfrintm64(top[-1].v); break; /* vfrintm64 */
  case 263: top[-1].v = vfrintz64(top[-1].v); break; /* vfrintz64 */
  case 264: top[-1].v = vfrinta64(top[-1].v); break; /* vfrinta64 */
  case 265: top[-2].v = vfeq64(top[-2].v, top[-1].v); top -= 1; break; /* vfeq64 */
  case 266: top[-2].v = vflt64(top[-2].v, top[-1].v); top -= 1; break; /* vflt64 */
  case 267: top[-2].v = vfle64(top[-2].v, top[-1].v); top -= 1; break; /* vfle64 */
  case 268: top[-1].v = vfcvtzs64(top[-1].v); break; /* vfcvtzs64 */
  case 269: top[-1].v = vfcvtzu64(top[-1].v); break; /* vfcvtzu64 */
  case 270: top[-1].v = vscvtf64(top[-1].v); break; /* vscvtf64 */
  case 271: top[-1].v = vucvtf64(top[-1].v); break; /* vucvtf64 */
  case 272: top[-2].v = vshsub8(top[-2].v, top[-1].v); top -= 1; break; /* vshsub8 */
  case 273: top[-2].v = vshsub16(top[-2].v, top[-1].v); top -= 1; break; /* vshsub16 */
  case 274: top[-2].v = vshsub32(top[-2].v, top[-1].v); top -= 1; break; /* vshsub32 */
  case 275: top[-2].v = vuhsub8(top[-2].v, top[-1].v); top -= 1; break; /* vuhsub8 */
  case 276: top[-2].v = vuhsub16(top[-2].v, top[-1].v); top -= 1; break; /* vuhsub16 */
  case 277: top[-2].v = vuhsub32(top[-2].v, top[-1].v); top -= 1; break; /* vuhsub32 */
  case 278: top[-2].v = vsrshl8(top[-2].v, top[-1].v); top -= 1; break; /* vsrshl8 */
  case 279: top[-2].v = vsrshl16(top[-2].v, top[-1].v); top -= 1; break; /* vsrshl16 */
  case 280: top[-2].v = vsrshl32(top[-2].v, top[-1].v); top -= 1; break; /* vsrshl32 */
  case 281: top[-2].v = vsrshl64(top[-2].v, top[-1].v); top -= 1; break; /* vsrshl64 */
  case 282: top[-2].v = vurshl8(top[-2].v, top[-1].v); top -= 1; break; /* vurshl8 */
  case 283: top[-2].v = vurshl16(top[-2].v, top[-1].v); top -= 1; break; /* vurshl16 */
  case 284: top[-2].v = vurshl32(top[-2].v, top[-1].v); top -= 1; break; /* vurshl32 */
  case 285: top[-2].v = vurshl64(top[-2].v, top[-1].v); top -= 1; break; /* vurshl64 */
  case 286: top[-2].v = vsqshl8(top[-2].v, top[-1].v); top -= 1; break; /* vsqshl8 */
  case 287: top[-2].v = vsqshl16(top[-2].v, top[-1].v); top -= 1; break; /* vsqshl16 */
  case 288: top[-2].v = vsqshl32(top[-2].v, top[-1].v); top -= 1; break; /* vsqshl32 */
  case 289: top[-2].v = vsqshl64(top[-2].v, top[-1].v); top -= 1; break; /* vsqshl64 */
  case 290: top[-2].v = vuqshl8(top[-2].v, top[-1].v); top -= 1; break; /* vuqshl8 */
  case 291: top[-2].v = vuqshl16(top[-2].v, top[-1].v); top -= 1; break; /* vuqshl16 */
  case 292: top[-2].v = vuqshl32(top[-2].v, top[-1].v); top -= 1; break; /* vuqshl32 */
  case 293: top[-2].v = vuqshl64(top[-2].v, top[-1].v); top -= 1; break; /* vuqshl64 */
  case 294: top[-2].v = vsqrshl8(top[-2].v, top[-1].v); top -= 1; break; /* vsqrshl8 */
  case 295: top[-2].v = vsqrshl16(top[-2].v, top[-1].v); top -= 1; break; /* vsqrshl16 */
  case 296: top[-2].v = vsqrshl32(top[-2].v, top[-1].v); top -= 1; break; /* vsqrshl32 */
  case 297: top[-2].v = vsqrshl64(top[-2].v, top[-1].v); top -= 1; break; /* vsqrshl64 */
  case 298: top[-2].v = vuqrshl8(top[-2].v, top[-1].v); top -= 1; break; /* vuqrshl8 */
  case 299: top[-2].v = vuqrshl16(top[-2].v, top[-1].v); top -= 1; break; /* vuqrshl16 */
  case 300: top[-2].v = vuqrshl32(top[-2].v, top[-1].v); top -= 1; break; /* vuqrshl32 */
  case 301: top[-2].v = vuqrshl64(top[-2].v, top[-1].v); top -= 1; break; /* vuqrshl64 */
  case 302: top[-2].v = vsqshlu8(top[-2].v, top[-1].v); top -= 1; break; /* vsqshlu8 */
  case 303: top[-2].v = vsqshlu16(top[-2].v, top[-1].v); top -= 1; break; /* vsqshlu16 */
  case 304: top[-2].v = vsqshlu32(top[-2].v, top[-1].v); top -= 1; break; /* vsqshlu32 */
  case 305: top[-2].v = vsqshlu64(top[-2].v, top[-1].v); top -= 1; break; /* vsqshlu64 */
  case 306: top[-2].v = vsuqadd8(top[-2].v, top[-1].v); top -= 1; break; /* vsuqadd8 */
  case 307: top[-2].v = vsuqadd16(top[-2].v, top[-1].v); top -= 1; break; /* vsuqadd16 */
  case 308: top[-2].v = vsuqadd32(top[-2].v, top[-1].v); top -= 1; break; /* vsuqadd32 */
  case 309: top[-2].v = vsuqadd64(top[-2].v, top[-1].v); top -= 1; break; /* vsuqadd64 */
  case 310: top[-2].v = vusqadd8(top[-2].v, top[-1].v); top -= 1; break; /* vusqadd8 */
  case 311: top[-2].v = vusqadd16(top[-2].v, top[-1].v); top -= 1; break; /* vusqadd16 */
  case 312: top[-2].v = vusqadd32(top[-2].v, top[-1].v); top -= 1; break; /* vusqadd32 */
  case 313: top[-2].v = vusqadd64(top[-2].v, top[-1].v); top -= 1; break; /* vusqadd64 */
  case 314: top[-2].v = vsqdmulh16(top[-2].v, top[-1].v); top -= 1; break; /* vsqdmulh16 */
  case 315: top[-2].v = vsqdmulh32(top[-2].v, top[-1].v); top -= 1; break; /* vsqdmulh32 */
  case 316: top[-2].v = vsqrdmulh16(top[-2].v, top[-1].v); top -= 1; break; /* vsqrdmulh16 */
  case 317: top[-2].v = vsqrdmulh32(top[-2].v, top[-1].v); top -= 1; break; /* vsqrdmulh32 */
  case 318: top[-1].v = vsqhalf16(top[-1].v); break; /* vsqhalf16 */
  case 319: top[-1].v = vsqhalf32(top[-1].v); break; /* vsqhalf32 */
  case 320: top[-1].v = vsqhalf64(top[-1].v); break; /* vsqhalf64 */
  case 321: top[-1].v = vuqhalf16(top[-1].v); break; /* vuqhalf16 */
  case 322: top[-1].v = vuqhalf32(top[-1].v); break; /* vuqhalf32 */
  case 323: top[-1].v = vuqhalf64(top[-1].v); break; /* vuqhalf64 */
  case 324: top[-1].v = vsuhalf16(top[-1].v); break; /* vsuhalf16 */
  case 325: top[-1].v = vsuhalf32(top[-1].v); break; /* vsuhalf32 */
  case 326: top[-1].v = vsuhalf64(top[-1].v); break; /* vsuhalf64 */
  case 327: top[-2].v = vpmul8(top[-2].v, top[-1].v); top -= 1; break; /* vpmul8 */
  case 328: top[-2].v = vpmull8(top[-2].v, top[-1].v); top -= 1; break; /* vpmull8 */
  case 329: top[-2].v = vpmull64(top[-2].v, top[-1].v); top -= 1; break; /* vpmull64 */
  case 330: top[-1].v = aes_encrypt(top[-1].v); break; /* aes_encrypt */
  case 331: top[-1].v = aes_decrypt(top[-1].v); break; /* aes_decrypt */
  case 332: top[-1].v = aes_mix(top[-1].v); break; /* aes_mix */
  case 333: top[-1].v = aes_unmix(top[-1].v); break; /* aes_unmix */
  case 334: top[-3].v = sha1_choose(top[-3].v, top[-2].v, top[-1].v); top -= 2; break; /* sha1_choose */
  case 335: top[-3].v = sha1_parity(top[-3].v, top[-2].v, top[-1].v); top -= 2; break; /* sha1_parity */
  case 336: top[-3].v = sha1_majority(top[-3].v, top[-2].v, top[-1].v); top -= 2; break; /* sha1_majority */
  case 337: top[-3].v = sha1_schedule0(top[-3].v, top[-2].v, top[-1].v); top -= 2; break; /* sha1_schedule0 */
  case 338: top[-2].v = sha1_schedule1(top[-2].v, top[-1].v); top -= 1; break; /* sha1_schedule1 */
  case 339: top[-3].v = sha256_first(top[-3].v, top[-2].v, top[-1].v); top -= 2; break; /* sha256_first */
  case 340: top[-3].v = sha256_second(top[-3].v, top[-2].v, top[-1].v); top -= 2; break; /* sha256_second */
  case 341: top[-2].v = sha256_schedule0(top[-2].v, top[-1].v); top -= 1; break; /* sha256_schedule0 */
  case 342: top[-3].v = sha256_schedule1(top[-3].v, top[-2].v, top[-1].v); top -= 2; break; /* sha256_schedule1 */
  default: give_up("the bytecode names operator %u", operator);
  }
  return top;
}
