import { nearest } from '../../../src/base/nearest.ts';

/** A number, or one in the spelling that disassemblers use. */
export function addressOf(value: unknown): number | undefined {
  if (typeof value === 'number') return isSize(value) ? value : undefined;
  if (typeof value !== 'string' || !/^(?:0[xX][\da-fA-F]{1,16}|\d{1,16})$/.test(value)) return undefined;
  const address = Number(value);
  return Number.isSafeInteger(address) ? address : undefined;
}

export const isSize = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is wrong with a key that nobody knows. */
export function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return `there is no ${JSON.stringify(key.slice(0, 40))}${near === undefined ? `; known: ${known.join(', ')}` : `; did you mean ${near}?`}`;
}

const MAX_ADDRESSES = 4_000_000;

/** A list of addresses; undefined: it is none. */
export function addressesOf(value: unknown): readonly number[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_ADDRESSES) return undefined;
  const list = value.map(addressOf).filter((address) => address !== undefined);
  return list.length === value.length ? list : undefined;
}
