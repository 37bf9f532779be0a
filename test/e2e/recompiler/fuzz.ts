import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compilePattern } from '../../../rules/recompiler/decode/pattern.ts';
import { ROWS } from '../../../rules/recompiler/decode/table.ts';
import { step } from '../../../rules/recompiler/interpret/interpret.ts';
import { type Machine, makeMachine, type Memory } from '../../../rules/recompiler/interpret/state.ts';
import type { Instruction } from '../../../rules/recompiler/ir/ir.ts';
import { translate } from '../../../rules/recompiler/semantics/translate.ts';

const CODE = 0x1000000;
const MEMORY = 0x200000;
const MEMORY_SIZE = 0x1000;
const CASE = 8 + 34 * 8 + 512;
const RESULT = CASE + MEMORY_SIZE;

export interface Mismatch {
  readonly row: string;
  readonly word: string;
  readonly what: string;
}

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

interface Case {
  readonly row: string;
  readonly word: number;
  readonly instruction: Instruction;
  readonly x: readonly bigint[];
  readonly v: readonly bigint[];
  readonly nzcv: bigint;
}

/** System registers and exclusives differ by design: the emulator has another machine around the instruction. */
const LEFT_OUT = new Set(['svc', 'brk', 'hlt', 'hint', 'barrier', 'sys', 'msr_reg', 'mrs', 'udf', 'ld_st_exclusive', 'ld_st_exclusive_pair']);
export const FUZZED_ROWS = ROWS.filter(([name]) => !LEFT_OUT.has(name));

export function makeCases(seed: number, count: number, rows = FUZZED_ROWS): Case[] {
  const random = makeRandom(seed);
  const patterns = rows.map(([name, text]) => ({ name, pattern: compilePattern(text) }));
  const cases: Case[] = [];
  for (let tries = 0; cases.length < count && tries < count * 50; tries++) {
    const row = patterns[random() % patterns.length];
    if (row === undefined) break;
    const isMemory = /^(ld|st|swp|cas|atomic)/.test(row.name) && !row.name.includes('literal');
    // Immediate offsets stay inside the memory that both sides have.
    const drawn = isMemory && row.name.startsWith('ldst_immediate') ? random() & ~(0xfe0 << 10) : random();
    const word = ((drawn & ~row.pattern.mask) | row.pattern.value) >>> 0;
    const instruction = translate(word);
    if (instruction.flow.k === 'trap' || instruction.name !== row.name) continue;
    if (!isMemory && instruction.statements.some((s) => JSON.stringify(s, (_, v) => (typeof v === 'bigint' ? 0 : v)).includes('"load"'))) continue;
    cases.push(makeCase(random, row.name, word, instruction, isMemory));
  }
  return cases;
}

function makeCase(random: () => number, row: string, word: number, instruction: Instruction, isMemory: boolean): Case {
  const x = Array.from({ length: 32 }, () => scalar(random));
  const v = Array.from({ length: 32 }, () => vector(random));
  x[31] = BigInt(MEMORY + 0x800 + (random() & 0xf0));
  if (isMemory) {
    const [base, index] = [(word >> 5) & 31, (word >> 16) & 31];
    if (index !== 31) x[index] = BigInt(random() & 15);
    if (base !== 31) x[base] = BigInt(MEMORY + 0x800 + (random() & 0xf0));
  }
  return { row, word, instruction, x, v, nzcv: BigInt(random() & 15) << 28n };
}

const CORNERS = [0n, 1n, 0x7fffffffn, 0x80000000n, 0xffffffffn, 0x7fffffffffffffffn, 0x8000000000000000n, 0xffffffffffffffffn];

function scalar(random: () => number): bigint {
  const kind = random() % 4;
  if (kind === 0) return CORNERS[random() % CORNERS.length] ?? 0n;
  const value = (BigInt(random()) << 32n) | BigInt(random());
  return kind === 1 ? BigInt(random() & 0xff) : value;
}

const FLOATS32 = [0n, 0x80000000n, 0x3f800000n, 0xbf800000n, 0x7f800000n, 0xff800000n, 0x7fc00000n, 0xffc12345n, 0x7f812345n, 0xff800001n, 0x00000001n, 0x007fffffn, 0x4f000000n, 0xcf000000n, 0x5f800000n, 0x3f000000n, 0x40200000n];
const FLOATS64 = [0n, 0x8000000000000000n, 0x3ff0000000000000n, 0xbff8000000000000n, 0x7ff0000000000000n, 0xfff0000000000000n, 0x7ff8000000000000n, 0xfff8123456789abcn, 0x7ff4000000000001n, 0x0000000000000001n, 0x43e0000000000000n, 0xc3e0000000000000n, 0x41e0000000000000n, 0x4004000000000000n, 0x3fe0000000000000n];

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
  const pick = (): bigint => (random() % 2 ? (FLOATS64[random() % FLOATS64.length] ?? 0n) : (0x3fe0000000000000n | (BigInt(random()) << 20n)));
  return pick() | (pick() << 64n);
}

function encode(c: Case): Buffer {
  const buffer = Buffer.alloc(CASE);
  buffer.writeUInt32LE(c.word, 0);
  c.x.forEach((value, n) => buffer.writeBigUInt64LE(value, 8 + n * 8));
  buffer.writeBigUInt64LE(c.nzcv, 8 + 32 * 8);
  c.v.forEach((value, n) => {
    buffer.writeBigUInt64LE(value & 0xffffffffffffffffn, 8 + 34 * 8 + n * 16);
    buffer.writeBigUInt64LE(value >> 64n, 8 + 34 * 8 + n * 16 + 8);
  });
  return buffer;
}

/** `undefined` where the emulator is not there. */
export function runOracle(cases: readonly Case[]): Buffer | undefined {
  const script = fileURLToPath(new URL('single-step.py', import.meta.url));
  const input = Buffer.concat(cases.map(encode));
  const ran = spawnSync('/usr/bin/python3', [script], { input, maxBuffer: 2 ** 31 - 1 });
  return ran.status === 0 ? ran.stdout : undefined;
}

export const hasOracle = (): boolean => spawnSync('/usr/bin/python3', ['-c', 'import unicorn']).status === 0;

function makeMemory(): Memory & { readonly bytes: Uint8Array } {
  const bytes = Uint8Array.from({ length: MEMORY_SIZE }, (_, i) => (i * 37 + (i >> 8) * 11) & 255);
  return {
    bytes,
    read: (address, size) => {
      let value = 0n;
      for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[Number(address) - MEMORY + i] ?? 0);
      return value;
    },
    write: (address, size, value) => {
      for (let i = 0; i < size; i++) bytes[Number(address) - MEMORY + i] = Number((value >> BigInt(8 * i)) & 255n);
    },
  };
}

export function compare(cases: readonly Case[], results: Buffer): Mismatch[] {
  return cases.flatMap((c, i) => {
    const result = results.subarray(i * RESULT, (i + 1) * RESULT);
    const what = difference(c, i, result);
    return what === undefined ? [] : [{ row: c.row, word: c.word.toString(16).padStart(8, '0'), what }];
  });
}

function difference(c: Case, index: number, result: Buffer): string | undefined {
  if (result.readUInt32LE(0) !== 0) return 'the oracle does not know the instruction';
  const memory = makeMemory();
  const machine: Machine = makeMachine(memory);
  c.x.forEach((value, n) => (machine.x[n] = value));
  c.v.forEach((value, n) => (machine.v[n] = value));
  machine.nzcv = c.nzcv;
  const at = BigInt(CODE + 16 * index);
  const pc = step(machine, at, c.instruction);
  const expectedPc = Number(BigInt.asIntN(64, pc - at));
  const clamped = Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, expectedPc));
  const isIndirect = c.instruction.flow.k === 'jump_to' || c.instruction.flow.k === 'call_to';
  if (!isIndirect && result.readInt32LE(4) !== clamped) return `pc: ${clamped}, oracle ${result.readInt32LE(4)}`;
  for (let n = 0; n < 32; n++) {
    const theirs = result.readBigUInt64LE(8 + n * 8);
    if (theirs !== machine.x[n]) return `x${n}: ${machine.x[n]?.toString(16)}, oracle ${theirs.toString(16)}`;
  }
  const flags = result.readBigUInt64LE(8 + 32 * 8);
  if (flags !== machine.nzcv) return `nzcv: ${machine.nzcv.toString(16)}, oracle ${flags.toString(16)}`;
  for (let n = 0; n < 32; n++) {
    const from = 8 + 34 * 8 + n * 16;
    const theirs = result.readBigUInt64LE(from) | (result.readBigUInt64LE(from + 8) << 64n);
    if (theirs !== machine.v[n]) return `v${n}: ${machine.v[n]?.toString(16)}, oracle ${theirs.toString(16)}`;
  }
  const different = memory.bytes.findIndex((byte, i) => byte !== result[CASE + i]);
  return different < 0 ? undefined : `memory at ${different.toString(16)}`;
}
