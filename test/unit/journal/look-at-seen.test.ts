import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Difference, differences } from '../../../src/journal/look-at-seen.ts';
import type { SeenEntry } from '../../../src/journal/seen-entry.ts';
import type { SeenTable } from '../../../src/journal/seen-table.ts';
import { WORDS } from '../../../src/journal/seen-words.ts';
import { takeSeen } from '../../../src/journal/take-seen.ts';
import { nativePart } from '../../../src/native/load-native.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'recomp-look-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function told(found: Iterable<Difference>): unknown[] {
  const all: unknown[] = [];
  // One after the other: the words are good until the next one is asked for.
  for (const { index, words, at } of found) all.push([index, [...words.subarray(at, at + WORDS)]]);
  return all;
}

/** Without `only`, in C; with it, in JavaScript. */
const inC = (table: SeenTable): unknown[] => told(differences(root, table));
const inJavaScript = (table: SeenTable): unknown[] => told(differences(root, table, table.paths.keys()));

/** Something at a path; names are such that some are folders of others. */
const change = fc.record({
  path: fc.constantFrom('a', 'b', 'b/c', 'b/c/d', 'ü', 'e f', 'gone/x', 'link', 'link/c', 'loop'),
  how: fc.constantFrom('file', 'folder', 'link', 'loop', 'remove', 'mode', 'time'),
  number: fc.nat(9),
});

function apply({ path, how, number }: Change): void {
  const at = join(root, path);
  try {
    if (how === 'file') writeFileSync(at, 'x'.repeat(number));
    if (how === 'folder') mkdirSync(at);
    if (how === 'link') symlinkSync(number % 2 === 0 ? 'b' : 'nowhere', at);
    if (how === 'loop') symlinkSync('loop', at);
    if (how === 'remove') rmSync(at, { recursive: true, force: true });
    if (how === 'mode') chmodSync(at, 0o700 + number);
    // Before 1970 and with a fraction, too.
    if (how === 'time') utimesSync(at, number - 5.25, (number - 5) * 1e8 + 0.123456);
  } catch {
    // A folder in its place, or nothing there to change.
  }
}

interface Change {
  readonly path: string;
  readonly how: string;
  readonly number: number;
}

const entry: fc.Arbitrary<SeenEntry> = fc.record({
  path: fc.oneof(
    change.map((c) => c.path),
    fc.constantFrom('', '/', '/dev/null', '/nonexistent/x'),
  ),
  kind: fc.constantFrom('load', 'source', 'output'),
  type: fc.constantFrom('file', 'dir', 'whole-dir', 'is-file', 'is-dir', 'missing'),
  doubtful: fc.boolean(),
});

describe.skipIf(nativePart() === undefined)(
  'looking at many files in C (there is none without a C compiler)',
  () => {
    it('finds what looking at each in JavaScript finds', () => {
      fc.assert(
        fc.property(
          fc.array(change, { maxLength: 12 }),
          fc.array(entry, { minLength: 1, maxLength: 20 }),
          fc.array(change, { maxLength: 6 }),
          (before, entries, after) => {
            for (const one of before) apply(one);
            const table = takeSeen(root, {}, entries);
            expect(inC(table)).toEqual(inJavaScript(table));
            for (const one of after) apply(one);
            expect(inC(table)).toEqual(inJavaScript(table));
          },
        ),
        { numRuns: 150 },
      );
    });

    it('does so on several threads', () => {
      const names = Array.from({ length: 3000 }, (_, i) => `f${i}`);
      for (const name of names) writeFileSync(join(root, name), name);
      const table = takeSeen(
        root,
        {},
        names.map((path) => ({ path, kind: 'source', type: 'file' })),
      );
      const steady = { ...table, kinds: table.kinds.map(() => 1) };
      expect(inC(steady)).toEqual([]);
      for (const name of ['f7', 'f1500', 'f2999']) writeFileSync(join(root, name), 'more than before');
      expect(inC(steady)).toEqual(inJavaScript(steady));
      expect(inC(steady)).toHaveLength(3);
    });

    it('finds everything changed where the workspace is gone', () => {
      writeFileSync(join(root, 'f'), '');
      const table = takeSeen(root, {}, [{ path: 'f', kind: 'source', type: 'file' }]);
      rmSync(root, { recursive: true });
      expect(inC(table)).toEqual([[0, [-1, -1, -1, -1, -1]]]);
    });

    it('refuses lists that do not match', () => {
      const native = nativePart();
      const words = new Float64Array(WORDS);
      const paths = (text: string) => Buffer.from(text, 'utf8');
      const look = (text: string, count: number) => () =>
        native?.compareFiles(root, paths(text), new Uint8Array(count), words, words);
      expect(look('a\0', 1)).not.toThrow();
      for (const [text, count] of [
        ['a', 1],
        ['a\0b\0', 1],
        ['a\0', 2],
        ['', 1],
      ] as const)
        expect(look(text, count), text).toThrow(/compareFiles/);
    });
  },
);
