import type { Fields } from '../decode/pattern.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';

/** Encodings of extensions that are known and have no meaning here, where only some of a row are instructions. */
const knownWhere =
  (isAllocated: (f: Fields) => boolean): Semantics =>
  (f, b) =>
    b.trap(isAllocated(f) ? 'unsupported' : 'unallocated');

/** By u and the upper size bit: what half precision has of the three-register operations. */
const HALF_VECTOR: readonly (readonly number[])[] = [
  [0, 1, 2, 3, 4, 6, 7],
  [0, 1, 2, 6, 7],
  [0, 2, 3, 4, 5, 6, 7],
  [0, 2, 4, 5, 6],
];
const HALF_SCALAR: readonly (readonly number[])[] = [[3, 4, 7], [7], [4, 5], [2, 4, 5]];

/** By u and the upper size bit: of the two-register ones. */
const HALF_MISC: readonly (readonly number[])[] = [
  [24, 25, 26, 27, 28, 29],
  [12, 13, 14, 15, 24, 25, 26, 27, 29],
  [24, 25, 26, 27, 28, 29],
  [12, 13, 15, 25, 26, 27, 29, 31],
];
const HALF_MISC_SCALAR: readonly (readonly number[])[] = [
  [26, 27, 28, 29],
  [12, 13, 14, 26, 27, 29, 31],
  [26, 27, 28, 29],
  [12, 13, 26, 27, 29],
];

const listed =
  (lists: readonly (readonly number[])[]) =>
  (f: Fields): boolean =>
    lists[f.u * 2 + f.a]?.includes(f.o) === true;

/** Dot products, matrices, complex numbers, the rounding multiply-add, brain floats. */
function isExtra(f: Fields): boolean {
  switch (f.o) {
    case 0:
    case 1:
      return f.u === 1 && (f.s === 1 || f.s === 2);
    case 2:
      return f.s === 2;
    case 3:
      return f.u === 0 && f.s === 2;
    case 4:
      return f.q === 1 && f.s === 2;
    case 5:
      return f.u === 0 && f.q === 1 && f.s === 2;
    case 13:
      return f.u === 1 && f.q === 1 && f.s === 1;
    case 15:
      return f.u === 1 && (f.s === 1 || f.s === 3);
    default:
      return f.o >= 8 && f.u === 1 && f.s !== 0 && (f.s !== 3 || f.q === 1);
  }
}

/** CPY and SET name three registers that differ; where a value is set, it may be zero. */
function isMemoryOperation(f: Fields): boolean {
  const differ = f.d !== f.n && f.d !== f.s && f.n !== f.s;
  return differ && f.d !== 31 && f.n !== 31 && (f.p === 3 ? f.o < 12 : f.s !== 31);
}

export const extensionSemantics: SemanticsTable = {
  simd_half_three_same: knownWhere(listed(HALF_VECTOR)),
  scalar_half_three_same: knownWhere(listed(HALF_SCALAR)),
  simd_half_two_misc: knownWhere(listed(HALF_MISC)),
  scalar_half_two_misc: knownWhere(listed(HALF_MISC_SCALAR)),
  simd_three_same_extra: knownWhere(isExtra),
  scalar_three_same_extra: knownWhere((f) => f.u === 1 && (f.s === 1 || f.s === 2)),
  ldst_unscaled_ordered: knownWhere((f) => !(f.o === 2 && f.s === 3) && !(f.o === 3 && f.s >= 2)),
  mops: knownWhere(isMemoryOperation),
  sm_three: knownWhere((f) => f.o < 3),
};
