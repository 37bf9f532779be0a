import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FuzzCase } from './cases.ts';

/** Where case i lies, for the oracle and for us: code, then state (registers, then memory of its own). */
export const CODE = 0x1000_0000;
export const STATE = 0x4000_0000;
export const CODE_STRIDE = 768;
export const STATE_STRIDE = 4096;
export const MEMORY_OFFSET = 1024;
export const MEMORY_SIZE = STATE_STRIDE - MEMORY_OFFSET;
const X = 16;
const SP = X + 31 * 8;
const NZCV = SP + 8;
const V = NZCV + 16;
/** The instruction under test comes after the loads. */
const PROLOGUE_WORDS = 69;
export const instructionAddress = (index: number): number => CODE + index * CODE_STRIDE + PROLOGUE_WORDS * 4;
export const memoryAddress = (index: number): number => STATE + index * STATE_STRIDE + MEMORY_OFFSET;

const loadBase = (state: number): number[] => [
  0xd2800000 | ((state & 0xffff) << 5) | 30,
  0xf2a00000 | ((state >>> 16) << 5) | 30,
];
const ldrX = (n: number, at: number): number => 0xf9400000 | ((at / 8) << 10) | (30 << 5) | n;
const strX = (n: number, at: number): number => 0xf9000000 | ((at / 8) << 10) | (30 << 5) | n;
const each = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

/** Loads everything from the case's state, executes the word, stores everything back. */
export function snippet(state: number, word: number): readonly number[] {
  const before = [
    ...loadBase(state),
    ...each(32, (n) => 0x3dc00000 | ((V / 16 + n) << 10) | (30 << 5) | n),
    ldrX(0, NZCV),
    0xd51b4200, // msr nzcv, x0
    ldrX(0, SP),
    0x9100001f, // mov sp, x0
    ...each(31, (n) => ldrX(n, X + n * 8)),
  ];
  if (before.length !== PROLOGUE_WORDS) throw new Error(`the prologue has ${before.length} words`);
  return [
    ...before,
    word,
    0xd51bd05e, // msr tpidr_el0, x30
    ...loadBase(state),
    ...each(30, (n) => strX(n, X + n * 8)),
    0xd53bd040, // mrs x0, tpidr_el0
    strX(0, X + 30 * 8),
    0x910003e0, // mov x0, sp
    strX(0, SP),
    0xd53b4200, // mrs x0, nzcv
    strX(0, NZCV),
    ...each(32, (n) => 0x3d800000 | ((V / 16 + n) << 10) | (30 << 5) | n),
  ];
}

export const freshMemory = (): Buffer => Buffer.from(each(MEMORY_SIZE, (i) => (i * 37 + (i >> 8) * 11) & 255));

export function buildImage(cases: readonly FuzzCase[]): { readonly code: Buffer; readonly state: Buffer } {
  const code = Buffer.alloc(cases.length * CODE_STRIDE);
  const state = Buffer.alloc(cases.length * STATE_STRIDE);
  const memory = freshMemory();
  const nop = 0xd503201f;
  cases.forEach((c, i) => {
    const words = snippet(STATE + i * STATE_STRIDE, c.word);
    for (let w = 0; w < CODE_STRIDE / 4; w++) code.writeUInt32LE((words[w] ?? nop) >>> 0, i * CODE_STRIDE + w * 4);
    const at = i * STATE_STRIDE;
    c.x.forEach((value, n) => state.writeBigUInt64LE(value, at + X + n * 8));
    state.writeBigUInt64LE(c.nzcv, at + NZCV);
    c.v.forEach((value, n) => {
      state.writeBigUInt64LE(value & 0xffff_ffff_ffff_ffffn, at + V + n * 16);
      state.writeBigUInt64LE(value >> 64n, at + V + n * 16 + 8);
    });
    memory.copy(state, at + MEMORY_OFFSET);
  });
  return { code, state };
}

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

const PYTHON = '/usr/bin/python3';

export const hasUnicorn = (): boolean => spawnSync(PYTHON, ['-c', 'import unicorn']).status === 0;

export function runUnicorn(cases: readonly FuzzCase[]): Buffer {
  const script = fileURLToPath(new URL('run-snippets.py', import.meta.url));
  const { code, state } = buildImage(cases);
  const args = [script, String(cases.length), String(CODE_STRIDE), String(STATE_STRIDE)];
  const ran = spawnSync(PYTHON, args, { input: Buffer.concat([code, state]), maxBuffer: 2 ** 31 - 1 });
  if (ran.status !== 0) throw new Error(`the oracle failed: ${ran.stderr}`);
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
