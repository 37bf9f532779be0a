import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Journal, openJournal } from '../../../src/journal/trace-journal.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recomp-journal-'));
  file = join(folder, 'a.journal');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (): Journal<number> =>
  openJournal(file, (value) => (typeof value === 'number' ? value : undefined));
const content = (): Record<string, number> => Object.fromEntries([...open().entries].sort());
const append = (batch: Record<string, number | undefined>): void =>
  open().append(new Map(Object.entries(batch)));

describe('remembering', () => {
  it('makes its folder again that somebody removed while it was open', () => {
    file = join(folder, 'state', 'a.journal');
    const journal = open();
    journal.append(new Map([['a', 1]]));
    rmSync(join(folder, 'state'), { recursive: true });
    journal.append(new Map([['b', 2]]));
    expect(content()).toEqual({ b: 2 });
  });

  it('keeps the newest value of each name and forgets what was taken back', () => {
    append({ a: 1, b: 2, c: 3 });
    append({ b: 20, c: undefined });
    expect(content()).toEqual({ a: 1, b: 20 });
  });

  it('knows at once what it has appended, whether it was read before or not', () => {
    append({ a: 1, b: 1 });
    const journal = open();
    journal.append(new Map([['a', 2]]));
    expect(journal.entries.get('a')).toBe(2);
    journal.append(new Map([['b', undefined]]));
    expect([...journal.entries]).toEqual([['a', 2]]);
    expect(content()).toEqual({ a: 2 });
  });

  it('takes any name', () => {
    const names = ['', '__proto__', 'a"b\\', 'ünï\u2028', '\n#5 ', 'x'.repeat(5000)];
    open().append(new Map(names.map((name, i) => [name, i])));
    for (const [i, name] of names.entries()) expect(open().entries.get(name)).toBe(i);
  });

  it('writes nothing for nothing', () => {
    append({});
    expect(existsSync(file)).toBe(false);
  });

  it('passes over values of another version', () => {
    openJournal<string>(file, () => undefined).append(new Map([['a', 'text']]));
    append({ b: 1 });
    expect(content()).toEqual({ b: 1 });
  });
});

describe('damage', () => {
  it('is empty when it is absent, a folder or noise', () => {
    expect(content()).toEqual({});
    writeFileSync(file, Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256)));
    expect(content()).toEqual({});
    append({ a: 1 });
    expect(content()).toEqual({ a: 1 });
  });

  it('cut anywhere, it gives the batches that are whole, and takes new ones', () => {
    append({ a: 1 });
    const first = statSync(file).size;
    append({ a: 2, b: 2 });
    const whole = readFileSync(file);
    for (let cut = 0; cut < whole.length; cut++) {
      writeFileSync(file, whole);
      truncateSync(file, cut);
      expect(content(), `cut at ${cut}`).toEqual(cut < first ? {} : { a: 1 });
      append({ c: 3 });
      expect(content(), `cut at ${cut}, appended to`).toEqual(cut < first ? { c: 3 } : { a: 1, c: 3 });
    }
  });

  it('any flipped bit costs at most the batch it is in', () => {
    append({ a: 1 });
    const first = statSync(file).size;
    append({ b: 2 });
    const second = statSync(file).size;
    append({ c: 3 });
    const whole = readFileSync(file);
    for (let at = 0; at < whole.length; at++) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(file, bytes);
      const expected = {
        ...(at >= first && { a: 1 }),
        ...((at < first || at >= second) && { b: 2 }),
        ...(at < second && { c: 3 }),
      };
      expect(content(), `bit at ${at}`).toEqual(expected);
    }
  });

  it('a length that promises more than there is, is no batch', () => {
    append({ a: 1 });
    appendFileSync(file, `\n#999999999999 ${'0'.repeat(64)}\n{"b":2}`);
    expect(content()).toEqual({ a: 1 });
  });
});

describe('size', () => {
  it('is kept near that of what still counts', () => {
    const journal = open();
    const names = Array.from({ length: 100 }, (_, i) => `name ${i}`);
    expect(journal.entries.size).toBe(0);
    for (let round = 0; round < 200; round++) journal.append(new Map(names.map((name) => [name, round])));
    expect(content()['name 7']).toBe(199);
    const records = readFileSync(file, 'latin1').split('"name 7"').length - 1;
    expect(records).toBeLessThan(60);
    expect(readdirSync(folder)).toEqual(['a.journal']);
  });
});
