import { bits, mask, type Op } from './op.ts';

export const WIDTHS = [8, 16, 32, 64] as const;

export function lanesOf(width: number, value: bigint): bigint[] {
  return Array.from({ length: 128 / width }, (_, i) => (value >> BigInt(i * width)) & mask(width));
}

export function fromLanes(width: number, lanes: readonly bigint[]): bigint {
  return lanes.reduce((all, lane, i) => all | (bits(width, lane) << BigInt(i * width)), 0n);
}

/** A function of lanes, lane by lane. */
export function lanewise(
  name: string,
  count: 1 | 2,
  widths: readonly number[],
  evaluate: (width: number, a: bigint, b: bigint) => bigint,
): Op[] {
  return widths.map((width) => ({
    name: `${name}${width}`,
    args: Array.from({ length: count }, () => 'v128' as const),
    result: 'v128',
    evaluate: (a, b = 0n) => {
      const right = lanesOf(width, b);
      return fromLanes(
        width,
        lanesOf(width, a).map((lane, i) => evaluate(width, lane, right[i] ?? 0n)),
      );
    },
  }));
}

const clamp = (low: bigint, value: bigint, high: bigint): bigint =>
  value < low ? low : value > high ? high : value;
export const clampSigned = (w: number, value: bigint): bigint =>
  clamp(-(1n << BigInt(w - 1)), value, mask(w - 1));

export const clampUnsigned = (w: number, value: bigint): bigint => clamp(0n, value, mask(w));
