import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compareSeen } from '../../../src/journal/compare-seen.ts';
import { withSignatures } from '../../../src/journal/renew-seen.ts';
import { addSeen } from '../../../src/journal/seen-additions.ts';
import { loadSeen, saveSeen } from '../../../src/journal/seen-file.ts';
import type { SeenTable } from '../../../src/journal/seen-table.ts';
import { takeSeen } from '../../../src/journal/take-seen.ts';

const NAMES = ['a', 'b', 'c'];
let root: string;
let file: string;
let first: SeenTable;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'recomp-additions-'));
  file = join(root, 'table');
  for (const name of NAMES) write(name, 'first');
  const entries = NAMES.map((path, i) => ({ path, kind: 'source', type: 'file', users: [i] }) as const);
  first = saveSeen(file, takeSeen(root, { round: 0 }, entries));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const at = (name: string): string => join(root, name);
const old = new Date(Date.now() - 100_000);

function write(name: string, text: string): void {
  writeFileSync(at(name), text);
  utimesSync(at(name), old, old);
}

/** As after a round in which these were edited. */
function edited(table: SeenTable, round: number, ...names: readonly string[]): SeenTable {
  for (const name of names) write(name, `${round}`.repeat(round + 1));
  const rows = new Map(names.map((name) => [NAMES.indexOf(name), statSync(at(name))]));
  return withSignatures(table, { round }, rows);
}

const put = (table: SeenTable, lines: ReadonlyMap<number, string> = new Map()): SeenTable => {
  const added = addSeen(file, table, lines);
  if (!added) throw new Error('not added');
  return added;
};

const loaded = (): SeenTable => {
  const table = loadSeen(file);
  if (!table) throw new Error('not there');
  return table;
};

it('is read with all that was put behind it, of a row and of a line the last', () => {
  const one = put(edited(first, 1, 'a', 'b'), new Map([[0, 'a1']]));
  const two = put(edited(one, 2, 'b'), new Map([[1, 'b2']]));
  put(edited(two, 3, 'b'), new Map([[1, 'b3']]));
  const table = loaded();
  expect(compareSeen(root, table).changed).toEqual([]);
  expect(table.header).toEqual({ round: 3 });
  expect([...(table.stored?.lines ?? [])]).toEqual([
    [0, 'a1'],
    [1, 'b3'],
  ]);
  // Who has read it can go on where it ends.
  put(edited(table, 4, 'c'));
  expect(compareSeen(root, loaded()).changed).toEqual([]);
  expect(loaded().header).toEqual({ round: 4 });
});

it('torn or flipped anywhere is an older one, and takes nothing behind it any more', () => {
  const whole = readFileSync(file).length;
  const one = put(edited(first, 1, 'a'), new Map([[0, 'a1']]));
  const middle = readFileSync(file).length;
  put(edited(one, 2, 'b'), new Map([[1, 'b2']]));
  const bytes = readFileSync(file);
  for (let cut = whole; cut < bytes.length; cut++) {
    const rounds = cut < middle ? 0 : 1;
    writeFileSync(file, bytes);
    truncateSync(file, cut);
    const torn = loaded();
    const flipped = Buffer.from(bytes);
    flipped[cut] = (flipped[cut] ?? 0) ^ (1 << (cut % 8));
    writeFileSync(file, flipped);
    for (const table of [torn, loaded()]) {
      expect(table.header, `at ${cut}`).toEqual({ round: rounds });
      expect(compareSeen(root, table).changed, `at ${cut}`).toEqual(rounds === 0 ? [0, 1] : [1]);
      expect([...(table.stored?.lines.keys() ?? [])], `at ${cut}`).toEqual(rounds === 0 ? [] : [0]);
    }
    if (cut !== middle) expect(addSeen(file, edited(loaded(), 3), new Map())).toBeUndefined();
  }
});

it('takes nothing where another file lies by now, or another one wrote', () => {
  const next = edited(first, 1, 'a');
  appendFileSync(file, 'x');
  expect(addSeen(file, next, new Map())).toBeUndefined();
  saveSeen(file, first);
  expect(addSeen(file, next, new Map())).toBeUndefined();
  unlinkSync(file);
  expect(addSeen(file, next, new Map())).toBeUndefined();
});

it('is written anew when it is about other paths, or when much lies behind it', () => {
  expect(addSeen(file, takeSeen(root, {}, []), new Map())).toBeUndefined();
  expect(addSeen(file, { ...first, users: first.users.slice() }, new Map())).toBeUndefined();
  expect(addSeen(file, first, new Map([[0, 'x'.repeat(1 << 20)]]))).toBeUndefined();
  let table = first;
  let rounds = 0;
  for (let next: SeenTable | undefined = table; next; rounds++) {
    table = next;
    next = addSeen(file, { ...table, header: { rounds } }, new Map([[0, 'x'.repeat(1000)]]));
  }
  expect(rounds).toBeGreaterThan(5);
  expect(saveSeen(file, table).stored?.length).toBe(0);
});
