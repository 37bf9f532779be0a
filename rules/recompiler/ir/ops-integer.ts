import { bits, type Op, signed } from './op.ts';

/** An operator on 32 and on 64 bits: `add32`, `add64`. `$t` in the C text is the unsigned type, `$s` the signed. */
function sized(
  name: string,
  args: 1 | 2 | 3,
  c: string | undefined,
  evaluate: (width: number, a: bigint, b: bigint) => bigint,
): Op[] {
  return ([32, 64] as const).map((width) => {
    const type = width === 32 ? 'i32' : 'i64';
    return {
      name: `${name}${width}`,
      args: Array.from({ length: args }, () => type),
      result: type,
      c: c
        ?.replaceAll('$t', `u${width}`)
        .replaceAll('$s', `s${width}`)
        .replaceAll('$m', String(width - 1)),
      evaluate: (a, b = 0n) => bits(width, evaluate(width, a, b)),
    };
  });
}

function comparison(
  name: string,
  c: string,
  evaluate: (width: number, a: bigint, b: bigint) => boolean,
): Op[] {
  return sized(name, 2, c, (width, a, b) => (evaluate(width, a, b) ? 1n : 0n)).map((op) => ({
    ...op,
    result: 'i32',
  }));
}

const select = (width: 32 | 64 | 128): Op => {
  const type = width === 32 ? 'i32' : width === 64 ? 'i64' : 'v128';
  return {
    name: `select${width}`,
    args: ['i32', type, type],
    result: type,
    c: '($0 ? $1 : $2)',
    evaluate: (c, a = 0n, b = 0n) => (c !== 0n ? a : b),
  };
};

const reverseBits = (width: number, a: bigint): bigint =>
  BigInt(`0b${[...a.toString(2).padStart(width, '0')].reverse().join('')}`);

const reverseBytes = (width: number, a: bigint): bigint => {
  let result = 0n;
  for (let at = 0; at < width; at += 8) result = (result << 8n) | ((a >> BigInt(at)) & 0xffn);
  return result;
};

const leadingZeros = (width: number, a: bigint): bigint =>
  BigInt(a === 0n ? width : width - a.toString(2).length);

const divide = (a: bigint, b: bigint): bigint => (b === 0n ? 0n : a / b);

const crc =
  (polynomial: bigint, width: number) =>
  (sum: bigint, data: bigint): bigint => {
    let value = sum ^ bits(width, data);
    for (let i = 0; i < width; i++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    return value;
  };

export const integerOps: readonly Op[] = [
  ...sized('add', 2, '($0 + $1)', (_, a, b) => a + b),
  ...sized('sub', 2, '($0 - $1)', (_, a, b) => a - b),
  ...sized('mul', 2, '($0 * $1)', (_, a, b) => a * b),
  ...sized('and', 2, '($0 & $1)', (_, a, b) => a & b),
  ...sized('or', 2, '($0 | $1)', (_, a, b) => a | b),
  ...sized('xor', 2, '($0 ^ $1)', (_, a, b) => a ^ b),
  ...sized('not', 1, '(~$0)', (_, a) => ~a),
  ...sized('shl', 2, '($0 << ($1 & $m))', (w, a, b) => a << (b % BigInt(w))),
  ...sized('lshr', 2, '($0 >> ($1 & $m))', (w, a, b) => a >> (b % BigInt(w))),
  ...sized('ashr', 2, '(($t)(($s)$0 >> ($1 & $m)))', (w, a, b) => signed(w, a) >> (b % BigInt(w))),
  ...sized('ror', 2, undefined, (w, a, b) => (a >> (b % BigInt(w))) | (a << (BigInt(w) - (b % BigInt(w))))),
  ...sized('udiv', 2, undefined, (_, a, b) => divide(a, b)),
  ...sized('sdiv', 2, undefined, (w, a, b) => divide(signed(w, a), signed(w, b))),
  ...sized('clz', 1, undefined, leadingZeros),
  ...sized('rbit', 1, undefined, reverseBits),
  ...sized('bswap', 1, undefined, reverseBytes),
  ...comparison('eq', '((u32)($0 == $1))', (_, a, b) => a === b),
  ...comparison('ne', '((u32)($0 != $1))', (_, a, b) => a !== b),
  ...comparison('ult', '((u32)($0 < $1))', (_, a, b) => a < b),
  ...comparison('slt', '((u32)(($s)$0 < ($s)$1))', (w, a, b) => signed(w, a) < signed(w, b)),
  select(32),
  select(64),
  select(128),
  { name: 'zext', args: ['i32'], result: 'i64', c: '((u64)$0)', evaluate: (a) => a },
  {
    name: 'sext',
    args: ['i32'],
    result: 'i64',
    c: '((u64)(s64)(s32)$0)',
    evaluate: (a) => bits(64, signed(32, a)),
  },
  { name: 'trunc', args: ['i64'], result: 'i32', c: '((u32)$0)', evaluate: (a) => bits(32, a) },
  {
    name: 'sext8',
    args: ['i32'],
    result: 'i32',
    c: '((u32)(s8)$0)',
    evaluate: (a) => bits(32, signed(8, bits(8, a))),
  },
  {
    name: 'sext16',
    args: ['i32'],
    result: 'i32',
    c: '((u32)(s16)$0)',
    evaluate: (a) => bits(32, signed(16, bits(16, a))),
  },
  { name: 'umulh', args: ['i64', 'i64'], result: 'i64', evaluate: (a, b = 0n) => (a * b) >> 64n },
  {
    name: 'smulh',
    args: ['i64', 'i64'],
    result: 'i64',
    evaluate: (a, b = 0n) => bits(64, (signed(64, a) * signed(64, b)) >> 64n),
  },
  ...[8, 16, 32, 64].flatMap((width): Op[] => {
    const type = width === 64 ? 'i64' : 'i32';
    const one = (name: string, polynomial: bigint): Op => {
      const step = crc(polynomial, width);
      return {
        name: `${name}_${width}`,
        args: ['i32', type],
        result: 'i32',
        evaluate: (a, b = 0n) => bits(32, step(a, b)),
      };
    };
    return [one('crc32', 0xedb88320n), one('crc32c', 0x82f63b78n)];
  }),
];
