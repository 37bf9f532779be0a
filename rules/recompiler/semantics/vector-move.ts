import type { Fields } from '../decode/pattern.ts';
import { i32, op, v128 } from '../ir/build.ts';
import type { Expr } from '../ir/ir.ts';
import { mask } from '../ir/op.ts';
import type { Builder } from './builder.ts';
import { writeF } from './float.ts';
import { floatImmediate } from './immediates.ts';
import { fill, setVector, shuffle, unzip } from './lanes.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';

/** imm5: the lowest one bit is the element's size, what is above it the index. */
function element(imm5: number): { width: number; index: number } | undefined {
  const low = Math.log2(imm5 & -imm5);
  return imm5 === 0 || low > 3 ? undefined : { width: 8 << low, index: imm5 >> (low + 1) };
}

const fromGeneral = (b: Builder, n: number, width: number): Expr => (width === 64 ? b.x(n) : b.w(n));

const copy: Semantics = (f, b) => {
  const place = element(f.i);
  if (place === undefined) return b.trap('unallocated');
  const { width, index } = place;
  const lane = op(`vget${width}`, b.v(f.n), i32(index));
  if (f.o) {
    if (!f.q) return b.trap('unallocated');
    const from = op(`vget${width}`, b.v(f.n), i32(Math.floor(f.j / (width / 8))));
    return b.setV(f.d, op(`vset${width}`, b.v(f.d), i32(index), from));
  }
  if ((f.j === 0 || f.j === 1) && width === 64 && !f.q) return b.trap('unallocated');
  switch (f.j) {
    case 0:
      return setVector(b, f.d, f.q, op(`vsplat${width}`, lane));
    case 1:
      return setVector(b, f.d, f.q, op(`vsplat${width}`, fromGeneral(b, f.n, width)));
    case 3:
      if (!f.q) return b.trap('unallocated');
      return b.setV(f.d, op(`vset${width}`, b.v(f.d), i32(index), fromGeneral(b, f.n, width)));
    case 5:
      return signedMove(f, b, width, lane);
    case 7:
      return (width === 64) !== (f.q === 1) ? b.trap('unallocated') : b.setR(f.d, f.q, lane);
    default:
      return b.trap('unallocated');
  }
};

function signedMove(f: Fields, b: Builder, width: number, lane: Expr) {
  if (width === 64 || (width === 32 && !f.q)) return b.trap('unallocated');
  const value = width === 32 ? lane : op(`sext${width}`, lane);
  b.setR(f.d, f.q, f.q ? op('sext', value) : value);
}

const scalarDup: Semantics = (f, b) => {
  const place = element(f.i);
  if (place === undefined) return b.trap('unallocated');
  writeF(b, f.d, place.width, op(`vget${place.width}`, b.v(f.n), i32(place.index)));
};

/** o: 1 UZP1, 2 TRN1, 3 ZIP1, 5 UZP2, 6 TRN2, 7 ZIP2. */
const permute: Semantics = (f, b) => {
  const width = 8 << f.s;
  const kind = f.o & 3;
  const second = f.o >> 2;
  if (kind === 0 || (width === 64 && !f.q)) return b.trap('unallocated');
  const [n, m] = [b.v(f.n), b.v(f.m)];
  if (kind === 1) return setVector(b, f.d, f.q, unzip(width, f.q, n, m, second));
  const total = 128 / width;
  const used = f.q ? total : total / 2;
  const order = Array.from({ length: used }, (_, i) => {
    const lane = kind === 2 ? (i & ~1) + second : (i >> 1) + second * (used / 2);
    return i & 1 ? lane + total : lane;
  });
  setVector(b, f.d, f.q, shuffle(width, n, m, fill(order, total)));
};

const ext: Semantics = (f, b) => {
  if (!f.q && f.i >= 8) return b.trap('unallocated');
  const used = f.q ? 16 : 8;
  const order = Array.from({ length: used }, (_, i) => (f.i + i < used ? f.i + i : 16 + f.i + i - used));
  setVector(b, f.d, f.q, shuffle(8, b.v(f.n), b.v(f.m), fill(order, 16)));
};

/** TBL takes 0 where the index leaves the tables, TBX keeps what was there. */
const table: Semantics = (f, b) => {
  const count = f.l + 1;
  const indexes = b.let(b.v(f.m));
  const shifted = (by: number): Expr => op('vsub8', indexes, splat8(by));
  let value: Expr = op('vtable', b.v(f.n), indexes);
  for (let i = 1; i < count; i++)
    value = op('vor', value, op('vtable', b.v((f.n + i) & 31), shifted(i * 16)));
  if (f.o) {
    const isInside = op('vugt8', splat8(count * 16), indexes);
    value = op('vor', value, op('vand', b.v(f.d), op('vnot', isInside)));
  }
  setVector(b, f.d, f.q, value);
};

const repeat = (width: number, value: bigint): bigint => {
  let all = 0n;
  for (let at = 0; at < 128; at += width) all |= (value & mask(width)) << BigInt(at);
  return all;
};

const splat8 = (value: number): Expr => v128(repeat(8, BigInt(value)));

function expandImmediate(f: Fields): bigint | undefined {
  const imm8 = BigInt((f.h << 5) | f.l);
  const shift = BigInt((f.c >> 1) & 3) * 8n;
  if (f.c < 8) return repeat(32, imm8 << shift);
  if (f.c < 12) return repeat(16, imm8 << (shift & 8n));
  if (f.c === 12) return repeat(32, (imm8 << 8n) | 0xffn);
  if (f.c === 13) return repeat(32, (imm8 << 16n) | 0xffffn);
  if (f.c === 14 && !f.o) return repeat(8, imm8);
  if (f.c === 14) {
    let value = 0n;
    for (let bit = 0; bit < 8; bit++) if ((imm8 >> BigInt(bit)) & 1n) value |= 0xffn << BigInt(bit * 8);
    return repeat(64, value);
  }
  if (!f.o) return repeat(32, floatImmediate(Number(imm8), 32));
  return f.q ? repeat(64, floatImmediate(Number(imm8), 64)) : undefined;
}

/** MOVI, MVNI, ORR, BIC and FMOV of an immediate. */
const immediate: Semantics = (f, b) => {
  const value = f.x ? undefined : expandImmediate(f);
  if (value === undefined) return b.trap(f.x && !f.o && f.c === 15 ? 'unsupported' : 'unallocated');
  const changes = f.c < 12 && f.c & 1;
  if (changes && f.o) return setVector(b, f.d, f.q, op('vand', b.v(f.d), v128(~value)));
  if (changes) return setVector(b, f.d, f.q, op('vor', b.v(f.d), v128(value)));
  const inverts = f.o && f.c < 14;
  const wanted = inverts ? ~value : value;
  b.setV(f.d, v128(f.q ? wanted : wanted & mask(64)));
};

export const vectorMoveSemantics: SemanticsTable = {
  simd_copy: copy,
  scalar_dup: scalarDup,
  simd_permute: permute,
  simd_ext: ext,
  simd_table: table,
  simd_immediate: immediate,
};
