import { type Code, i32Const, i64Const, simd } from './encoding.ts';

/**
 * Operators that are one or a few WebAssembly instructions; operands are on the stack. Everything else is computed
 * by the operator table itself, in JavaScript: right, and slow.
 */
export const DIRECT: ReadonlyMap<string, Code> = new Map<string, Code>([
  ...sized('add', 0x6a, 0x7c),
  ...sized('sub', 0x6b, 0x7d),
  ...sized('mul', 0x6c, 0x7e),
  ...sized('and', 0x71, 0x83),
  ...sized('or', 0x72, 0x84),
  ...sized('xor', 0x73, 0x85),
  ...sized('shl', 0x74, 0x86),
  ...sized('ashr', 0x75, 0x87),
  ...sized('lshr', 0x76, 0x88),
  ...sized('ror', 0x78, 0x8a),
  ...sized('clz', 0x67, 0x79),
  ...sized('eq', 0x46, 0x51),
  ...sized('ne', 0x47, 0x52),
  ...sized('slt', 0x48, 0x53),
  ...sized('ult', 0x49, 0x54),
  ['not32', [...i32Const(-1), 0x73]],
  ['not64', [...i64Const(-1n), 0x85]],
  ['zext', [0xad]],
  ['sext', [0xac]],
  ['trunc', [0xa7]],
  ['sext8', [0xc0]],
  ['sext16', [0xc1]],
  ['vand', simd(78)],
  ['vor', simd(80)],
  ['vxor', simd(81)],
  ['vnot', simd(77)],
  ['vsplat8', simd(15)],
  ['vsplat16', simd(16)],
  ['vsplat32', simd(17)],
  ['vsplat64', simd(18)],
  ...lanes('vadd', [110, 142, 174, 206]),
  ...lanes('vsub', [113, 145, 177, 209]),
  ...lanes('vmul', [undefined, 149, 181]),
  ...lanes('veq', [35, 45, 55, 214]),
  ...lanes('vsgt', [39, 49, 59, 217]),
  ...lanes('vugt', [40, 50, 60]),
  ...lanes('vsmin', [118, 150, 182]),
  ...lanes('vumin', [119, 151, 183]),
  ...lanes('vsmax', [120, 152, 184]),
  ...lanes('vumax', [121, 153, 185]),
  ...lanes('vsqadd', [111, 143]),
  ...lanes('vuqadd', [112, 144]),
  ...lanes('vsqsub', [114, 146]),
  ...lanes('vuqsub', [115, 147]),
  ...lanes('vurhadd', [123, 155]),
  ['vcnt8', simd(98)],
]);

/** Shifts of all lanes: WebAssembly takes the amount modulo the width, and it is always below. */
export const LANE_SHIFTS: ReadonlyMap<string, Code> = new Map<string, Code>([
  ...lanes('vshl', [107, 139, 171, 203]),
  ...lanes('vashr', [108, 140, 172, 204]),
  ...lanes('vlshr', [109, 141, 173, 205]),
]);

/** Of a lane with a constant index: [get, set]. */
export const LANE_ACCESS: ReadonlyMap<number, readonly [get: number, set: number]> = new Map([
  [8, [22, 23]],
  [16, [25, 26]],
  [32, [27, 28]],
  [64, [29, 30]],
]);

/** Comparisons of floats, on bits: nothing of them depends on a NaN's payload. */
export const FLOAT_COMPARE: ReadonlyMap<string, number> = new Map([
  ['feq32', 0x5b],
  ['flt32', 0x5d],
  ['fle32', 0x5f],
  ['feq64', 0x61],
  ['flt64', 0x63],
  ['fle64', 0x65],
]);

/** Arithmetic on floats: exact but for NaN, which the operator table decides. */
export const FLOAT_ARITHMETIC: ReadonlyMap<string, number> = new Map([
  ['fadd32', 0x92],
  ['fsub32', 0x93],
  ['fmul32', 0x94],
  ['fdiv32', 0x95],
  ['fadd64', 0xa0],
  ['fsub64', 0xa1],
  ['fmul64', 0xa2],
  ['fdiv64', 0xa3],
]);

/** Conversions between integers and floats; saturating ones have a prefix. */
export const CONVERSIONS: ReadonlyMap<string, Code> = new Map<string, Code>([
  ['scvtf32_32', [0xb2, 0xbc]],
  ['ucvtf32_32', [0xb3, 0xbc]],
  ['scvtf32_64', [0xb4, 0xbc]],
  ['ucvtf32_64', [0xb5, 0xbc]],
  ['scvtf64_32', [0xb7, 0xbd]],
  ['ucvtf64_32', [0xb8, 0xbd]],
  ['scvtf64_64', [0xb9, 0xbd]],
  ['ucvtf64_64', [0xba, 0xbd]],
  ['fcvtzs32_32', [0xbe, 0xfc, 0]],
  ['fcvtzu32_32', [0xbe, 0xfc, 1]],
  ['fcvtzs32_64', [0xbf, 0xfc, 2]],
  ['fcvtzu32_64', [0xbf, 0xfc, 3]],
  ['fcvtzs64_32', [0xbe, 0xfc, 4]],
  ['fcvtzu64_32', [0xbe, 0xfc, 5]],
  ['fcvtzs64_64', [0xbf, 0xfc, 6]],
  ['fcvtzu64_64', [0xbf, 0xfc, 7]],
]);

function sized(name: string, narrow: number, wide: number): [string, Code][] {
  return [
    [`${name}32`, [narrow]],
    [`${name}64`, [wide]],
  ];
}

function lanes(name: string, opcodes: readonly (number | undefined)[]): [string, Code][] {
  return opcodes.flatMap((opcode, i): [string, Code][] =>
    opcode === undefined ? [] : [[`${name}${8 << i}`, simd(opcode)]],
  );
}
