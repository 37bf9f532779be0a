import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { effectsOf } from '../../../rules/recompiler/lift/effects.ts';
import type { FuzzCase } from './cases.ts';

/** Where case i lies, for the oracle and for us: code, then state (registers, then memory of its own). */
export const CODE = 0x1000_0000;
export const STATE = 0x4000_0000;
export const CODE_STRIDE = 768;
export const STATE_STRIDE = 4096;
export const MEMORY_OFFSET = 1024;
export const MEMORY_SIZE = STATE_STRIDE - MEMORY_OFFSET;
const each = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));

const X = 16;
const SP = X + 31 * 8;
const NZCV = SP + 8;
const V = NZCV + 16;
export const codeAddress = (index: number): number => CODE + index * CODE_STRIDE;
export const memoryAddress = (index: number): number => STATE + index * STATE_STRIDE + MEMORY_OFFSET;

const loadBase = (state: number): number[] => [
  0xd2800000 | ((state & 0xffff) << 5) | 30,
  0xf2a00000 | ((state >>> 16) << 5) | 30,
];
const ldrX = (n: number, at: number): number => 0xf9400000 | ((at / 8) << 10) | (30 << 5) | n;
const strX = (n: number, at: number): number => 0xf9000000 | ((at / 8) << 10) | (30 << 5) | n;

/** Registers that a snippet loads before its word and stores after it. x30 holds the state's address. */
export interface Registers {
  readonly x: readonly number[];
  readonly v: readonly number[];
  readonly sp: boolean;
}

const ALL: Registers = { x: each(31, (n) => n), v: each(32, (n) => n), sp: true };

export interface Snippet {
  readonly words: readonly number[];
  /** Which of them is the one under test. */
  readonly at: number;
}

/** Loads what is asked for from the case's state, executes the word, stores it back. */
export function snippet(state: number, word: number, registers: Registers = ALL): Snippet {
  const before = [
    ...loadBase(state),
    ...registers.v.map((n) => 0x3dc00000 | ((V / 16 + n) << 10) | (30 << 5) | n),
    ldrX(0, NZCV),
    0xd51b4200, // msr nzcv, x0
    ...(registers.sp ? [ldrX(0, SP), 0x9100001f] : []), // mov sp, x0
    // x0 was used above, and x30 is the base until the end.
    ...[...new Set([...registers.x, 0])].sort((a, b) => a - b).map((n) => ldrX(n, X + n * 8)),
  ];
  const usesLink = registers.x.includes(30);
  const after = [
    ...(usesLink ? [0xd51bd05e] : []), // msr tpidr_el0, x30
    ...loadBase(state),
    ...registers.x.filter((n) => n !== 30).map((n) => strX(n, X + n * 8)),
    ...(usesLink ? [0xd53bd040, strX(0, X + 30 * 8)] : []), // mrs x0, tpidr_el0
    ...(registers.sp ? [0x910003e0, strX(0, SP)] : []), // mov x0, sp
    0xd53b4200, // mrs x0, nzcv
    strX(0, NZCV),
    ...registers.v.map((n) => 0x3d800000 | ((V / 16 + n) << 10) | (30 << 5) | n),
  ];
  return { words: [...before, word, ...after], at: before.length };
}

/** Only what the instruction touches: an order of magnitude less code to compile. */
export function touchedRegisters(c: FuzzCase): Registers {
  const e = effectsOf(c.instruction);
  const members = (set: number): number[] => each(32, (n) => n).filter((n) => (set >>> n) & 1);
  const x = members(e.reads.x | e.writes.x);
  return { x: x.filter((n) => n !== 31), v: members(e.reads.v | e.writes.v), sp: x.includes(31) };
}

export const freshMemory = (): Buffer =>
  Buffer.from(each(MEMORY_SIZE, (i) => (i * 37 + (i >> 8) * 11) & 255));

export function buildImage(
  cases: readonly FuzzCase[],
  isCompact = false,
): { readonly code: Buffer; readonly state: Buffer } {
  const code = Buffer.alloc(cases.length * CODE_STRIDE);
  const state = Buffer.alloc(cases.length * STATE_STRIDE);
  const memory = freshMemory();
  const nop = 0xd503201f;
  cases.forEach((c, i) => {
    const words = caseSnippet(c, i, isCompact).words;
    const jump = 0x14000000 | (CODE_STRIDE / 4 - words.length);
    for (let w = 0; w < CODE_STRIDE / 4; w++)
      code.writeUInt32LE((words[w] ?? (w === words.length ? jump : nop)) >>> 0, i * CODE_STRIDE + w * 4);
    const at = i * STATE_STRIDE;
    c.x.forEach((value, n) => {
      state.writeBigUInt64LE(value, at + X + n * 8);
    });
    state.writeBigUInt64LE(c.nzcv, at + NZCV);
    c.v.forEach((value, n) => {
      state.writeBigUInt64LE(value & 0xffff_ffff_ffff_ffffn, at + V + n * 16);
      state.writeBigUInt64LE(value >> 64n, at + V + n * 16 + 8);
    });
    memory.copy(state, at + MEMORY_OFFSET);
  });
  return { code, state };
}

const caseSnippet = (c: FuzzCase, index: number, isCompact: boolean): Snippet =>
  snippet(STATE + index * STATE_STRIDE, c.word, isCompact ? touchedRegisters(c) : ALL);

export const instructionAddress = (c: FuzzCase, index: number, isCompact: boolean): number =>
  codeAddress(index) + caseSnippet(c, index, isCompact).at * 4;

export interface CaseResult {
  readonly isRefused: boolean;
  readonly x: readonly bigint[];
  readonly v: readonly bigint[];
  readonly nzcv: bigint;
  readonly memory: Uint8Array;
}

export function readResult(states: Buffer, index: number): CaseResult {
  const s = states.subarray(index * STATE_STRIDE, (index + 1) * STATE_STRIDE);
  return {
    isRefused: s.readUInt32LE(0) !== 0,
    x: each(32, (n) => s.readBigUInt64LE(X + n * 8)),
    v: each(32, (n) => s.readBigUInt64LE(V + n * 16) | (s.readBigUInt64LE(V + n * 16 + 8) << 64n)),
    nzcv: s.readBigUInt64LE(NZCV),
    memory: s.subarray(MEMORY_OFFSET),
  };
}

/** A program's standard output; it must end well. */
export function runProgram(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Buffer {
  const ran = spawnSync(command, args, { maxBuffer: 2 ** 31 - 1, env });
  if (ran.status !== 0) throw new Error(`${command} ended with ${ran.signal ?? ran.status}: ${ran.stderr}`);
  return ran.stdout;
}

/** A folder below the system's temporary one, gone afterwards. */
export function inTemporaryFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'recompiler-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const writeTo = (folder: string, name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

/** All cases as one static Linux program that writes its states to its standard output and ends. */
export function buildElf(cases: readonly FuzzCase[], isCompact = false): Buffer {
  const { code, state } = buildImage(cases, isCompact);
  const text = Buffer.concat([code, writeAndExit(state.length)]);
  const page = 4096;
  const stateAt = page + Math.ceil(text.length / page) * page;
  const elf = Buffer.alloc(stateAt + state.length);
  elf.write('\x7fELF\x02\x01\x01', 'latin1');
  elf.writeUInt16LE(2, 16);
  elf.writeUInt16LE(183, 18);
  elf.writeUInt32LE(1, 20);
  elf.writeBigUInt64LE(BigInt(CODE), 24);
  elf.writeBigUInt64LE(64n, 32);
  elf.writeUInt16LE(64, 52);
  elf.writeUInt16LE(56, 54);
  elf.writeUInt16LE(2, 56);
  programHeader(elf, 64, 5, page, CODE, text.length);
  programHeader(elf, 120, 6, stateAt, STATE, state.length);
  text.copy(elf, page);
  state.copy(elf, stateAt);
  return elf;
}

function programHeader(
  elf: Buffer,
  at: number,
  flags: number,
  offset: number,
  address: number,
  size: number,
): void {
  elf.writeUInt32LE(1, at);
  elf.writeUInt32LE(flags, at + 4);
  elf.writeBigUInt64LE(BigInt(offset), at + 8);
  elf.writeBigUInt64LE(BigInt(address), at + 16);
  elf.writeBigUInt64LE(BigInt(address), at + 24);
  elf.writeBigUInt64LE(BigInt(size), at + 32);
  elf.writeBigUInt64LE(BigInt(size), at + 40);
  elf.writeBigUInt64LE(4096n, at + 48);
}

/** write(1, STATE, size) until all is written; exit(0). */
function writeAndExit(size: number): Buffer {
  const move = (n: number, value: number): number[] => [
    0xd2800000 | ((value & 0xffff) << 5) | n,
    0xf2a00000 | ((value >>> 16) << 5) | n,
  ];
  const words = [
    ...move(1, STATE),
    ...move(2, size),
    ...move(8, 64),
    ...move(0, 1), // again:
    0xd4000001, // svc
    0x8b000021, // add x1, x1, x0
    0xeb000042, // subs x2, x2, x0
    0x54000000 | (1 & 15) | ((-5 & 0x7ffff) << 5), // b.ne again
    ...move(0, 0),
    ...move(8, 93),
    0xd4000001,
  ];
  const bytes = Buffer.alloc(words.length * 4);
  let at = 0;
  for (const word of words) at = bytes.writeUInt32LE(word >>> 0, at);
  return bytes;
}
