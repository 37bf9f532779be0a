import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readRun } from '../../../src/report/runs/read-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'recomp-unchanged-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const file = (path: string, content: string) => ({ path, name: path, sha256: hash(content), size: 1 });
const step = (name: string, status = 'succeeded') => ({
  name,
  status,
  cache_key: hash(name),
  actions: [{ id: 'command', status, source: 'journal' }],
  outputs: [file(`recomp-out/${name.slice(3)}`, name)],
});

const NAMES = ['//:a', '//:b', '//:c', '//:d'];
const before = {
  steps: NAMES.map((n) => step(n)),
  inputs: NAMES.map((n) => file(n.slice(3), n)),
  artifacts: [],
};
const changed = step('//:b', 'failed');
const full = { ...before, steps: before.steps.map((s) => (s.name === '//:b' ? changed : s)), totals: {} };
const base = JSON.stringify(before);
const rest = (unchanged: number) => ({ unchanged, identity: hash(base) });
const short = { inputs: [rest(4)], steps: [changed, rest(3)], artifacts: [], totals: {} };

let count = 0;
function read(manifest: object, unchanged?: string | (() => void)) {
  const id = `run-${count++}`;
  mkdirSync(join(folder, 'runs', id), { recursive: true });
  writeFileSync(join(folder, 'runs', id, 'run-manifest.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'runs', id, 'stamp.json'), '{}');
  const at = join(folder, 'runs', id, 'unchanged.json');
  if (unchanged === 'link') {
    writeFileSync(join(folder, 'elsewhere'), base);
    symlinkSync(join(folder, 'elsewhere'), at);
  } else if (typeof unchanged === 'string') writeFileSync(at, unchanged);
  const { id: _, folder: __, ...record } = readRun(folder, id);
  return record;
}

describe('a record that leaves what did not change to one entry', () => {
  it('says what one says that spells it out', () => {
    expect(read(short, base)).toEqual(read(full));
    expect(read(short, base).faults).toEqual([]);
    expect(read(full).steps.map((s) => s.status)).toEqual(['succeeded', 'failed', 'succeeded', 'succeeded']);
  });

  it.each([
    ['is not there', undefined],
    ['is another one', `${base} `],
    ['is a link', 'link'],
  ])('shows what it has, and says what it lacks, where the file %s', (_, unchanged) => {
    const { steps, faults } = read(short, unchanged);
    expect(steps.map((s) => s.name)).toEqual(['//:b']);
    expect(faults).toContain('steps: 3 entries that did not change are not all there');
  });

  it('does not take another number of entries for the whole', () => {
    expect(read({ ...short, steps: [changed, rest(2)] }, base).faults).toHaveLength(1);
    expect(read({ ...short, steps: [changed, rest(3), rest(3)] }, base).faults).toHaveLength(1);
    expect(read({ ...short, steps: [changed, { unchanged: 'x', identity: 7 }] }, base).faults).toHaveLength(
      1,
    );
  });
});
