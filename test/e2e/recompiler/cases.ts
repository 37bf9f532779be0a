import { compilePattern } from '../../../rules/recompiler/decode/pattern.ts';
import { ROWS } from '../../../rules/recompiler/decode/table.ts';
import type { Instruction } from '../../../rules/recompiler/ir/ir.ts';
import { translate } from '../../../rules/recompiler/semantics/translate.ts';
import { memoryAddress } from './snippets.ts';

/** A small generator, so that a seed names its cases for ever. */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}

export interface FuzzCase {
  readonly row: string;
  readonly word: number;
  readonly instruction: Instruction;
  readonly x: readonly bigint[];
  readonly v: readonly bigint[];
  readonly nzcv: bigint;
}

/** What the machine around the instruction decides; branches are tried by whole programs. */
const LEFT_OUT = new Set([
  'b',
  'bl',
  'br',
  'blr',
  'ret',
  'b_cond',
  'cbz',
  'cbnz',
  'tbz',
  'tbnz',
  'svc',
  'brk',
  'hlt',
  'hint',
  'barrier',
  'sys',
  'msr_reg',
  'mrs',
  'udf',
  'ld_st_exclusive',
  'ld_st_exclusive_pair',
]);
export const FUZZED_ROWS = ROWS.filter(([name]) => !LEFT_OUT.has(name));

export function makeCases(seed: number, count: number, rows = FUZZED_ROWS): FuzzCase[] {
  const random = makeRandom(seed);
  const patterns = rows.map(([name, text]) => ({ name, pattern: compilePattern(text) }));
  const cases: FuzzCase[] = [];
  for (let tries = 0; cases.length < count && tries < count * 50; tries++) {
    const row = patterns[random() % patterns.length];
    if (row === undefined) break;
    const isMemory = /^(ld|load|st|swp|cas|atomic)/.test(row.name) && !row.name.includes('literal');
    // Immediate offsets stay inside the memory that both sides have.
    const drawn = isMemory && row.name.startsWith('ldst_immediate') ? random() & ~(0xfe0 << 10) : random();
    const word = ((drawn & ~row.pattern.mask) | row.pattern.value) >>> 0;
    const instruction = translate(word);
    if (isUnpredictable(row.name, word)) continue;
    if (instruction.flow.k === 'trap' || instruction.name !== row.name) continue;
    if (
      !isMemory &&
      instruction.statements.some((s) =>
        JSON.stringify(s, (_, v) => (typeof v === 'bigint' ? 0 : v)).includes('"load"'),
      )
    )
      continue;
    cases.push(
      makeCase(random, row.name, word, instruction, isMemory ? memoryAddress(cases.length) : undefined),
    );
  }
  return cases;
}

/** Where the manual leaves the result open, or an index that is also the base leads out of the memory. */
function isUnpredictable(row: string, word: number): boolean {
  const [t, n, u, m] = [word & 31, (word >> 5) & 31, (word >> 10) & 31, (word >> 16) & 31];
  return (row.startsWith('ldp') && t === u) || (/register|post|atomic|swp|cas/.test(row) && m === n);
}

function makeCase(
  random: () => number,
  row: string,
  word: number,
  instruction: Instruction,
  memory: number | undefined,
): FuzzCase {
  const x = Array.from({ length: 32 }, () => scalar(random));
  const v = Array.from({ length: 32 }, () => vector(random));
  x[31] = BigInt((memory ?? STACK) + 0x600 + (random() & 0xf0));
  if (memory !== undefined) {
    const [base, index] = [(word >> 5) & 31, (word >> 16) & 31];
    if (index !== 31 && index !== base) x[index] = BigInt(random() & 15);
    if (base !== 31) x[base] = BigInt(memory + 0x600 + (random() & 0xf0));
  }
  return { row, word, instruction, x, v, nzcv: BigInt(random() & 15) << 28n };
}

const STACK = 0x7000_0000;

const CORNERS = [
  0n,
  1n,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  0x7fffffffffffffffn,
  0x8000000000000000n,
  0xffffffffffffffffn,
];

function scalar(random: () => number): bigint {
  const kind = random() % 4;
  if (kind === 0) return CORNERS[random() % CORNERS.length] ?? 0n;
  const value = (BigInt(random()) << 32n) | BigInt(random());
  return kind === 1 ? BigInt(random() & 0xff) : value;
}

const FLOATS32 = [
  0n,
  0x80000000n,
  0x3f800000n,
  0xbf800000n,
  0x7f800000n,
  0xff800000n,
  0x7fc00000n,
  0xffc12345n,
  0x7f812345n,
  0xff800001n,
  0x00000001n,
  0x007fffffn,
  0x4f000000n,
  0xcf000000n,
  0x5f800000n,
  0x3f000000n,
  0x40200000n,
];
const FLOATS64 = [
  0n,
  0x8000000000000000n,
  0x3ff0000000000000n,
  0xbff8000000000000n,
  0x7ff0000000000000n,
  0xfff0000000000000n,
  0x7ff8000000000000n,
  0xfff8123456789abcn,
  0x7ff4000000000001n,
  0x0000000000000001n,
  0x43e0000000000000n,
  0xc3e0000000000000n,
  0x41e0000000000000n,
  0x4004000000000000n,
  0x3fe0000000000000n,
];

function vector(random: () => number): bigint {
  const kind = random() % 4;
  let value = 0n;
  for (let at = 0; at < 4; at++) {
    let lane = BigInt(random());
    if (kind === 0) lane = FLOATS32[random() % FLOATS32.length] ?? 0n;
    // Numbers of like size, so that sums and products neither vanish nor overflow.
    if (kind === 1) lane = (lane & 0x81ffffffn) | 0x3e000000n;
    value |= lane << BigInt(at * 32);
  }
  if (kind !== 2) return value;
  const pick = (): bigint =>
    random() % 2
      ? (FLOATS64[random() % FLOATS64.length] ?? 0n)
      : 0x3fe0000000000000n | (BigInt(random()) << 20n);
  return pick() | (pick() << 64n);
}
