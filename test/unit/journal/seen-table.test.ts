import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareSeen } from '../../../src/journal/compare-seen.ts';
import { listingNumber } from '../../../src/journal/folder-listing.ts';
import { lookedAt, withSignatures } from '../../../src/journal/renew-seen.ts';
import type { SeenEntry } from '../../../src/journal/seen-entry.ts';
import { loadSeen, saveSeen } from '../../../src/journal/seen-file.ts';
import { heldEntries, kindOf, storedSignature, usersOf } from '../../../src/journal/seen-table.ts';
import { takeSeen } from '../../../src/journal/take-seen.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'recomp-seen-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const at = (path: string): string => join(root, path);
const old = new Date(Date.now() - 100_000);

/** Files whose last change lies well back. */
function write(path: string, text = 'text'): void {
  writeFileSync(at(path), text);
  utimesSync(at(path), old, old);
}

const source = (path: string): SeenEntry => ({ path, kind: 'source', type: 'file' });

/** Whether a change is noticed by a table that was taken before it. */
function notices(entry: SeenEntry, change: () => void): boolean {
  const table = takeSeen(root, {}, [entry]);
  expect(compareSeen(root, table).changed, 'nothing has changed yet').toEqual([]);
  change();
  return compareSeen(root, table).changed.length > 0;
}

describe('a file', () => {
  beforeEach(() => write('f'));

  it.each<[string, () => void]>([
    ['is edited', () => appendFileSync(at('f'), 'more')],
    [
      'is edited to the same size, its time set back',
      () => {
        writeFileSync(at('f'), 'TEXT');
        utimesSync(at('f'), old, old);
      },
    ],
    ['is touched', () => utimesSync(at('f'), new Date(), new Date())],
    ['becomes executable', () => chmodSync(at('f'), 0o755)],
    [
      'is replaced by rename',
      () => {
        write('g');
        renameSync(at('g'), at('f'));
      },
    ],
    ['is deleted', () => unlinkSync(at('f'))],
    [
      'becomes a folder',
      () => {
        unlinkSync(at('f'));
        mkdirSync(at('f'));
      },
    ],
  ])('that %s is noticed', (_, change) => {
    expect(notices(source('f'), change)).toBe(true);
  });

  it('that was not there is noticed when it comes, also where a file was in the way', () => {
    const missing: SeenEntry = { path: 'f/x', kind: 'load', type: 'missing' };
    expect(
      notices(missing, () => {
        unlinkSync(at('f'));
        mkdirSync(at('f'));
        write('f/x');
      }),
    ).toBe(true);
  });

  it('looked at only for being a file may change its content', () => {
    const isFile: SeenEntry = { path: 'f', kind: 'load', type: 'is-file' };
    expect(notices(isFile, () => appendFileSync(at('f'), 'more'))).toBe(false);
    expect(notices(isFile, () => unlinkSync(at('f')))).toBe(true);
  });

  it('as a source is what its link leads to, as an output it is the link', () => {
    symlinkSync('f', at('link'));
    expect(notices(source('link'), () => appendFileSync(at('f'), 'more'))).toBe(true);
    const output: SeenEntry = { path: 'out', kind: 'output', type: 'file' };
    write('out');
    expect(
      notices(output, () => {
        renameSync(at('out'), at('elsewhere'));
        symlinkSync('elsewhere', at('out'));
      }),
    ).toBe(true);
  });

  it('that is doubtful counts as changed, whatever it looks like', () => {
    const table = takeSeen(root, {}, [{ ...source('f'), doubtful: true }]);
    expect(compareSeen(root, table).changed).toEqual([0]);
  });

  it('that is younger than it may be is doubtful', () => {
    const now = Date.now();
    expect(
      compareSeen(root, takeSeen(root, {}, [{ ...source('f'), youngAfter: now - 60_000 }])).changed,
    ).toEqual([0]);
    expect(
      compareSeen(root, takeSeen(root, {}, [{ ...source('f'), youngAfter: now + 60_000 }])).changed,
    ).toEqual([]);
  });

  it('with a signature of its own is held against that one', () => {
    const before = statSync(at('f'));
    appendFileSync(at('f'), 'more');
    expect(compareSeen(root, takeSeen(root, {}, [{ ...source('f'), signature: before }])).changed).toEqual([
      0,
    ]);
  });
});

describe('a folder', () => {
  const listed: SeenEntry = { path: 'd', kind: 'load', type: 'dir' };

  /** Its own time set back as well. */
  const settle = (): void => utimesSync(at('d'), old, old);

  beforeEach(() => {
    mkdirSync(at('d'));
    write('d/f');
    settle();
  });

  it.each<[string, () => void]>([
    ['gains a file', () => write('d/g')],
    ['loses a file', () => unlinkSync(at('d/f'))],
    ['has a file renamed', () => renameSync(at('d/f'), at('d/g'))],
    ['is gone', () => rmSync(at('d'), { recursive: true })],
    [
      'was replaced by a file',
      () => {
        rmSync(at('d'), { recursive: true });
        write('d');
      },
    ],
  ])('that %s is noticed', (_, change) => {
    expect(notices(listed, change)).toBe(true);
  });

  it.each(['.cfg', '.github'])('notices a new %s, which a glob may name', (name) => {
    expect(notices(listed, () => makeLongAgo(name))).toBe(true);
  });

  it.each(['.git', '.recomp', 'recomp-out', 'node_modules'])('notices %s only where all counts', (name) => {
    expect(notices(listed, () => makeLongAgo(name))).toBe(false);
    rmSync(at(`d/${name}`), { recursive: true });
    expect(notices({ ...listed, type: 'whole-dir' }, () => makeLongAgo(name))).toBe(true);
  });

  const makeLongAgo = (name: string): void => {
    mkdirSync(at(`d/${name}`));
    const lately = new Date(Date.now() - 1000);
    utimesSync(at('d'), lately, lately);
  };

  it('that was young when it was looked at is held against what had been read of it', () => {
    const listing = listingNumber([{ name: 'f', kind: 'file' }]);
    const young: SeenEntry = { ...listed, youngAfter: old.getTime() - 1, listing };
    expect(compareSeen(root, takeSeen(root, {}, [young])).changed).toEqual([]);
    write('d/came-while-loading');
    settle();
    expect(compareSeen(root, takeSeen(root, {}, [young])).changed).toEqual([0]);
  });

  it('that was young is doubtful where nobody knows what had been read of it', () => {
    const young: SeenEntry = { ...listed, youngAfter: old.getTime() - 1 };
    expect(compareSeen(root, takeSeen(root, {}, [young])).changed).toEqual([0]);
  });

  it('that is gone since it was read is a change', () => {
    rmSync(at('d'), { recursive: true });
    expect(compareSeen(root, takeSeen(root, {}, [{ ...listed, wasThere: true }])).changed).toEqual([0]);
  });

  it('does not care about the content of its files', () => {
    expect(notices(listed, () => appendFileSync(at('d/f'), 'more'))).toBe(false);
  });

  it('that only looks changed is seen anew: an editor made a file and took it away', () => {
    const table = takeSeen(root, {}, [listed]);
    write('d/.f.swp');
    unlinkSync(at('d/.f.swp'));
    const later = new Date(Date.now() - 1000);
    utimesSync(at('d'), later, later);
    const { changed, refreshed } = compareSeen(root, table);
    expect(changed).toEqual([]);
    expect(refreshed && compareSeen(root, refreshed)).toEqual({ changed: [] });
    write('d/g');
    expect(refreshed && compareSeen(root, refreshed).changed).toEqual([0]);
  });
});

describe('the stored table', () => {
  const file = (): string => at('t.seen');

  beforeEach(() => {
    write('a');
    write('b');
    const entries: SeenEntry[] = [
      { path: 'a', kind: 'source', type: 'file', users: [1, 2] },
      { path: 'b', kind: 'output', type: 'file', users: [2] },
      { path: at('a'), kind: 'load', type: 'is-file' },
    ];
    saveSeen(file(), takeSeen(root, { note: 'ü' }, entries));
  });

  it('comes back as it was', () => {
    const table = loadSeen(file());
    if (!table) throw new Error('not there');
    expect(table.header).toEqual({ note: 'ü' });
    expect(table.paths).toEqual(['a', 'b', at('a')]);
    expect([0, 1, 2].map((i) => kindOf(table, i))).toEqual(['source', 'output', 'load']);
    expect(compareSeen(root, table).changed).toEqual([]);
    expect([...usersOf(table, [0])]).toEqual([1, 2]);
    expect([...usersOf(table, [1])]).toEqual([2]);
    expect([...usersOf(table, [2])]).toEqual([]);
    appendFileSync(at('b'), 'more');
    expect(compareSeen(root, table).changed).toEqual([1]);
  });

  it('torn or flipped anywhere is absent', () => {
    const whole = readFileSync(file());
    for (let cut = 0; cut < whole.length; cut++) {
      writeFileSync(file(), whole);
      truncateSync(file(), cut);
      expect(loadSeen(file()), `cut at ${cut}`).toBeUndefined();
      const bytes = Buffer.from(whole);
      bytes[cut] = (bytes[cut] ?? 0) ^ (1 << (cut % 8));
      writeFileSync(file(), bytes);
      expect(loadSeen(file()), `bit at ${cut}`).toBeUndefined();
    }
    rmSync(file());
    expect(loadSeen(file())).toBeUndefined();
  });

  it('hands on what still holds', () => {
    const table = loadSeen(file());
    if (!table) throw new Error('not there');
    const next = takeSeen(root, {}, [
      ...heldEntries(table, 'load'),
      { path: 'b', kind: 'output', type: 'file', doubtful: true },
    ]);
    expect(compareSeen(root, next).changed).toEqual([1]);
    expect(storedSignature(next, 1)).toBeUndefined();
    const mended = withSignatures(next, {}, new Map([[1, statSync(at('b'))]]));
    expect(compareSeen(root, mended).changed).toEqual([]);
    expect(compareSeen(root, withSignatures(mended, {}, new Map([[1, undefined]]))).changed).toEqual([1]);
    expect(storedSignature(mended, 1)?.size).toBe(4);
  });
});

describe('for a process that is told of changes', () => {
  const folder = (): SeenEntry => ({ path: 'd', kind: 'load', type: 'dir' });

  it('looks only where it is asked to', () => {
    write('a');
    write('b');
    const table = takeSeen(root, {}, [source('a'), source('b')]);
    write('a', 'other');
    write('b', 'other');
    expect(compareSeen(root, table, { isTold: true, only: [1] }).changed).toEqual([1]);
    expect(compareSeen(root, table, { isTold: true }).changed).toEqual([0, 1]);
  });

  it('takes a young folder for unchanged whose entries are the same, and does not trust its time later', () => {
    mkdirSync(at('d'));
    utimesSync(at('d'), old, old);
    const table = takeSeen(root, {}, [folder()]);
    writeFileSync(at('d/x.swp'), '');
    unlinkSync(at('d/x.swp'));
    const { changed, refreshed } = compareSeen(root, table, { isTold: true });
    expect(changed).toEqual([]);
    expect(refreshed && storedSignature(refreshed, 0)?.mtimeMs).toBe(-1);
    writeFileSync(at('d/new'), '');
    expect(compareSeen(root, refreshed ?? table, { isTold: true }).changed).toEqual([0]);
  });

  it('can begin again from how things are now', () => {
    write('a');
    mkdirSync(at('d'));
    const table = takeSeen(root, {}, [source('a'), { ...source('b'), doubtful: true }, folder()]);
    write('a', 'other');
    write('b');
    writeFileSync(at('d/new'), '');
    const now = lookedAt(root, table, [0, 1, 2]);
    expect(compareSeen(root, now, { isTold: true }).changed).toEqual([]);
    expect(table.signatures).not.toEqual(now.signatures);
    write('b', 'other');
    expect(compareSeen(root, now, { isTold: true }).changed).toEqual([1]);
  });
});
