import type { Type } from '../ir/ir.ts';

/** The WebAssembly binary format, as far as the printer needs it. */
export type Code = readonly number[];

export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const byte = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? byte | 0x80 : byte);
  } while (rest > 0);
  return bytes;
}

export function signed(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const byte = Number(rest & 0x7fn);
    rest >>= 7n;
    const isDone = (rest === 0n && (byte & 0x40) === 0) || (rest === -1n && (byte & 0x40) !== 0);
    bytes.push(isDone ? byte : byte | 0x80);
    if (isDone) return bytes;
  }
}

export const VALUE_TYPES: Readonly<Record<Type, number>> = { i32: 0x7f, i64: 0x7e, v128: 0x7b };

export const text = (value: string): number[] => {
  const bytes = [...Buffer.from(value, 'utf8')];
  return [...unsigned(bytes.length), ...bytes];
};

export const vector = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()];

/** Concatenates without spreading: a code section may be megabytes. */
export function section(id: number, content: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content);
  return Buffer.concat([Uint8Array.from([id, ...unsigned(body.length)]), body]);
}

export const bytes = (code: Code): Uint8Array => Uint8Array.from(code);

export const i32Const = (value: number): number[] => [0x41, ...signed(BigInt(value | 0))];
export const i64Const = (value: bigint): number[] => [0x42, ...signed(BigInt.asIntN(64, value))];
export const v128Const = (value: bigint): number[] => [
  0xfd,
  0x0c,
  ...Array.from({ length: 16 }, (_, i) => Number((value >> BigInt(i * 8)) & 0xffn)),
];
export function constant(type: Type, value: bigint): number[] {
  if (type === 'v128') return v128Const(value);
  return type === 'i64' ? i64Const(value) : i32Const(Number(value));
}

export const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];

export const localGet = (n: number): number[] => [0x20, ...unsigned(n)];
export const localSet = (n: number): number[] => [0x21, ...unsigned(n)];
export const globalGet = (n: number): number[] => [0x23, ...unsigned(n)];
export const globalSet = (n: number): number[] => [0x24, ...unsigned(n)];
export const call = (n: number): number[] => [0x10, ...unsigned(n)];
export const returnCall = (n: number): number[] => [0x12, ...unsigned(n)];
export const branch = (depth: number): number[] => [0x0c, ...unsigned(depth)];
export const RETURN = [0x0f];
export const END = [0x0b];
export const ELSE = [0x05];
export const IF = [0x04, 0x40];
export const BLOCK = [0x02, 0x40];
export const LOOP = [0x03, 0x40];
/** Of a load or store: no alignment promised, no offset. */
export const UNALIGNED = [0, 0];
