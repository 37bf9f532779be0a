import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readSealed, writeSealed } from '../../../src/journal/sealed-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recomp-sealed-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('gives back what was written, and leaves nothing beside it', () => {
  const file = join(folder, 'f');
  for (const text of ['', 'line\nline\n', 'ünï \u2028', 'x'.repeat(100_000)]) {
    writeSealed(file, text);
    expect(readSealed(file)).toBe(text);
  }
  expect(readdirSync(folder)).toEqual(['f']);
});

it('torn or flipped anywhere, or not there, reads as absent', () => {
  const file = join(folder, 'f');
  expect(readSealed(file)).toBeUndefined();
  writeSealed(file, 'a text of some length\n');
  const whole = readFileSync(file);
  for (let at = 0; at < whole.length; at++) {
    writeFileSync(file, whole);
    truncateSync(file, at);
    expect(readSealed(file), `cut at ${at}`).toBeUndefined();
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
    writeFileSync(file, bytes);
    expect(readSealed(file), `bit at ${at}`).toBeUndefined();
  }
});

it('leaves nothing behind where it cannot be written', () => {
  mkdirSync(join(folder, 'f/in the way'), { recursive: true });
  expect(() => writeSealed(join(folder, 'f'), 'text')).toThrow();
  expect(readdirSync(folder)).toEqual(['f']);
});
