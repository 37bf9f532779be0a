import type { Fields } from '../decode/pattern.ts';
import { i32, load, op } from '../ir/build.ts';
import type { Expr } from '../ir/ir.ts';
import { type Builder, zeroV } from './builder.ts';
import { half } from './lanes.ts';
import { plus, sizeOf } from './memory.ts';
import type { Semantics, SemanticsTable } from './semantics.ts';

/** opcode → registers, and how many of them share one structure. */
const MULTIPLE: Readonly<Record<number, readonly [registers: number, perStructure: number]>> = {
  0: [4, 4], 2: [4, 1], 4: [3, 3], 6: [3, 1], 7: [1, 1], 8: [2, 2], 10: [2, 1],
}; // biome-ignore format: a table

/** The base moves by Xm, or by what was transferred where m is 31. */
function moveBase(f: Fields, b: Builder, base: Expr, bytes: number, isPost: boolean): void {
  if (isPost) b.setRsp(f.n, 1, f.m === 31 ? plus(base, bytes) : op('add64', base, b.x(f.m)));
}

const multiple =
  (isPost: boolean): Semantics =>
  (f, b) => {
    const shape = MULTIPLE[f.o];
    if (shape === undefined || (shape[1] > 1 && f.s === 3 && !f.q)) return b.trap('unallocated');
    const [registers, perStructure] = shape;
    const bytes = f.q ? 16 : 8;
    const base = b.let(b.rsp(f.n, 1));
    const move = perStructure === 1 ? whole : interleaved;
    move(f, b, base, registers, bytes);
    moveBase(f, b, base, registers * bytes, isPost);
  };

function whole(f: Fields, b: Builder, base: Expr, registers: number, bytes: number): void {
  for (let i = 0; i < registers; i++) {
    const t = (f.t + i) & 31;
    const address = plus(base, i * bytes);
    if (!f.l) b.store(bytes === 16 ? 128 : 64, address, bytes === 16 ? b.v(t) : op('vget64', b.v(t), i32(0)));
    else b.setV(t, bytes === 16 ? load(128, address) : op('vlow', load(64, address)));
  }
}

function interleaved(f: Fields, b: Builder, base: Expr, registers: number, bytes: number): void {
  const width = 8 << f.s;
  const lanes = (bytes * 8) / width;
  for (let r = 0; r < registers; r++) {
    const t = (f.t + r) & 31;
    const at = (lane: number): Expr => plus(base, (lane * registers + r) * (width / 8));
    if (!f.l) {
      for (let lane = 0; lane < lanes; lane++)
        b.store(sizeOf(f.s), at(lane), op(`vget${width}`, b.v(t), i32(lane)));
      continue;
    }
    let value: Expr = zeroV;
    for (let lane = 0; lane < lanes; lane++)
      value = op(`vset${width}`, value, i32(lane), load(sizeOf(f.s), at(lane)));
    b.setV(t, value);
  }
}

/** One lane of up to four registers, or one element into all lanes (opcode 11x). */
const single =
  (isPost: boolean): Semantics =>
  (f, b) => {
    const registers = ((f.o & 1) << 1) + f.r + 1;
    const isReplicate = f.o >= 6;
    const place = isReplicate ? { scale: f.s, index: 0 } : lanePlace(f);
    if (place === undefined || (isReplicate && (!f.l || f.c))) return b.trap('unallocated');
    const width = 8 << place.scale;
    const base = b.let(b.rsp(f.n, 1));
    for (let i = 0; i < registers; i++) {
      const t = (f.t + i) & 31;
      const address = plus(base, (i * width) / 8);
      const lane = i32(place.index);
      if (isReplicate) b.setV(t, half(f.q, op(`vsplat${width}`, load(sizeOf(place.scale), address))));
      else if (f.l) b.setV(t, op(`vset${width}`, b.v(t), lane, load(sizeOf(place.scale), address)));
      else b.store(sizeOf(place.scale), address, op(`vget${width}`, b.v(t), lane));
    }
    moveBase(f, b, base, (registers * width) / 8, isPost);
  };

/** Q:S:size hold the index and, below it, what is left of the size. */
function lanePlace(f: Fields): { scale: number; index: number } | undefined {
  const bits = (f.q << 3) | (f.c << 2) | f.s;
  switch (f.o >> 1) {
    case 0:
      return { scale: 0, index: bits };
    case 1:
      return f.s & 1 ? undefined : { scale: 1, index: bits >> 1 };
    default:
      if (f.s === 0) return { scale: 2, index: bits >> 2 };
      return f.s === 1 && !f.c ? { scale: 3, index: f.q } : undefined;
  }
}

export const vectorMemorySemantics: SemanticsTable = {
  ld_st_multiple: multiple(false),
  ld_st_multiple_post: multiple(true),
  ld_st_single: single(false),
  ld_st_single_post: single(true),
};
