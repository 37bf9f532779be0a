import { i32, op, v128 } from '../ir/build.ts';
import type { Expr } from '../ir/ir.ts';
import type { Builder } from './builder.ts';
import { zeroV } from './builder.ts';

/** Keeps the low 64 bits of a vector where the instruction works on half a register. */
export const half = (q: number, value: Expr): Expr => (q ? value : op('vlow', op('vget64', value, i32(0))));

export const setVector = (b: Builder, d: number, q: number, value: Expr): void => b.setV(d, half(q, value));

/** Lanes of a and b (numbered on after a's) in the given order; the rest of the 16 bytes is 0. */
export function shuffle(width: number, a: Expr, b: Expr, order: readonly number[]): Expr {
  const bytes = width / 8;
  let choice = 0n;
  for (let at = 0; at < 16; at++) {
    const lane = order[Math.floor(at / bytes)];
    if (lane === undefined) throw new Error('a shuffle names every lane');
    choice |= BigInt(lane * bytes + (at % bytes)) << BigInt(at * 8);
  }
  return op('vshuffle', a, b, v128(choice));
}

/** Low (or high) half of the lanes, widened to twice their width. */
export function widen(width: number, value: Expr, isSigned: boolean, isHigh: boolean): Expr {
  const count = 64 / width;
  const zero = 128 / width;
  const lanes = Array.from({ length: count }, (_, i) => (isHigh ? count : 0) + i);
  const order = lanes.flatMap((lane) => (isSigned ? [zero, lane] : [lane, zero]));
  const spread = shuffle(width, value, zeroV, order);
  return isSigned ? op(`vashr${width * 2}`, spread, i32(width)) : spread;
}

/** The lower halves of lanes of twice the width, packed; into the upper half of `into` where given. */
export function narrow(width: number, value: Expr, into: Expr | undefined): Expr {
  const count = 64 / width;
  const even = Array.from({ length: count }, (_, i) => 2 * i);
  const total = 128 / width;
  if (into === undefined) return shuffle(width, value, zeroV, [...even, ...even.map(() => total)]);
  return shuffle(width, into, value, [...even.map((_, i) => i), ...even.map((lane) => lane + total)]);
}

/** Even lanes of a, then of b (or the odd ones). */
export function unzip(width: number, q: number, a: Expr, b: Expr, odd: number): Expr {
  const total = 128 / width;
  const used = q ? total : total / 2;
  const picked = Array.from({ length: used }, (_, i) => 2 * i + odd).map((lane) =>
    lane < used ? lane : total + lane - used,
  );
  return shuffle(width, a, b, fill(picked, total));
}

/** For half registers: any lane will do above, `half` clears it. */
export const fill = (order: readonly number[], total: number): number[] =>
  Array.from({ length: total }, (_, i) => order[i] ?? 0);

/** Folds the lanes of a vector into lane 0 with a lane-wise operator. */
export function reduce(width: number, q: number, value: Expr, combine: string, b: Builder): Expr {
  const total = 128 / width;
  let current = b.let(value);
  for (let step = (q ? total : total / 2) / 2; step >= 1; step /= 2) {
    const moved = shuffle(
      width,
      current,
      current,
      Array.from({ length: total }, (_, i) => (i + step) % total),
    );
    current = b.let(op(`${combine}${width}`, current, moved));
  }
  return current;
}
