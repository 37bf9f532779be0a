import { i32, op } from '../ir/build.ts';
import { zeroV } from './builder.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';
import { clearAbove } from './vector-same.ts';

const aes: Semantics = (f, b) => {
  const [n, d] = [b.v(f.n), b.v(f.d)];
  switch (f.o) {
    case 4:
      return b.setV(f.d, op('aes_encrypt', op('vxor', d, n)));
    case 5:
      return b.setV(f.d, op('aes_decrypt', op('vxor', d, n)));
    case 6:
      return b.setV(f.d, op('aes_mix', n));
    case 7:
      return b.setV(f.d, op('aes_unmix', n));
    default:
      return b.trap('unallocated');
  }
};

const shaTwo: Semantics = (f, b) => {
  switch (f.o) {
    case 0:
      return clearAbove(
        b,
        f.d,
        32,
        op('vset32', zeroV, i32(0), op('ror32', op('vget32', b.v(f.n), i32(0)), i32(2))),
      );
    case 1:
      return b.setV(f.d, op('sha1_schedule1', b.v(f.d), b.v(f.n)));
    case 2:
      return b.setV(f.d, op('sha256_schedule0', b.v(f.d), b.v(f.n)));
    default:
      return b.trap('unallocated');
  }
};

const NAMES = [
  'sha1_choose',
  'sha1_parity',
  'sha1_majority',
  'sha1_schedule0',
  'sha256_first',
  'sha256_second',
  'sha256_schedule1',
];

const shaThree: Semantics = (f, b) => {
  const name = NAMES[f.o];
  if (name === undefined) return b.trap('unallocated');
  const [d, n] = [b.v(f.d), b.v(f.n)];
  // The second half of SHA-256's state has its operands the other way round.
  const [first, second] = name === 'sha256_second' ? [n, d] : [d, n];
  b.setV(f.d, op(name, first, second, b.v(f.m)));
};

export const cryptoSemantics: SemanticsTable = { aes, sha_two: shaTwo, sha_three: shaThree };
