import { mask } from '../ir/op.ts';

/** The bit mask that N:immr:imms stand for, or `undefined` where they stand for none. */
export function bitMask(n: number, immr: number, imms: number, width: 32 | 64): bigint | undefined {
  if (width === 32 && n === 1) return undefined;
  const length = 31 - Math.clz32((n << 6) | (~imms & 0x3f));
  if (length < 1) return undefined;
  const size = 1 << length;
  const ones = (imms & (size - 1)) + 1;
  if (ones === size) return undefined;
  const rotation = immr & (size - 1);
  const element = rotate(mask(ones), rotation, size);
  let result = 0n;
  for (let at = 0; at < width; at += size) result |= element << BigInt(at);
  return result;
}

const rotate = (value: bigint, by: number, width: number): bigint =>
  ((value >> BigInt(by)) | (value << BigInt(width - by))) & mask(width);

/** The eight bits of a floating-point immediate, as the value's bits. */
export function floatImmediate(imm8: number, width: 16 | 32 | 64): bigint {
  const exponentBits = width === 64 ? 11 : width === 32 ? 8 : 5;
  const fractionBits = width - 1 - exponentBits;
  const sign = BigInt(imm8 >> 7);
  const b6 = (imm8 >> 6) & 1;
  const high = b6 ? mask(exponentBits - 3) : 0n;
  const exponent = (BigInt(1 - b6) << BigInt(exponentBits - 1)) | (high << 2n) | BigInt((imm8 >> 4) & 3);
  return (
    (sign << BigInt(width - 1)) |
    (exponent << BigInt(fractionBits)) |
    (BigInt(imm8 & 15) << BigInt(fractionBits - 4))
  );
}
