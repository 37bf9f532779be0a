import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KEEP_RUNS, pruneIfMany, startPruning } from '../../../src/report/prune-runs.ts';

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'recomp-prune-'));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const nameOf = (at: number): string => `20260101-000000-${String(at).padStart(10, '0')}`;
const runs = (): string[] => readdirSync(`${state}/runs`).sort();

function makeRuns(count: number): void {
  for (let i = 0; i < count; i++) {
    mkdirSync(`${state}/runs/${nameOf(i)}/logs/deep`, { recursive: true });
    writeFileSync(`${state}/runs/${nameOf(i)}/run-manifest.json`, '{}');
    writeFileSync(`${state}/runs/${nameOf(i)}/logs/deep/x.stdout`, 'x');
  }
}

describe('old runs', () => {
  it('go while something else is done, the oldest first, and the newest stay', async () => {
    makeRuns(KEEP_RUNS + 3);
    writeFileSync(`${state}/runs/latest`, '');
    startPruning(state);
    await vi.waitFor(() => expect(runs()).toHaveLength(KEEP_RUNS + 1), { timeout: 60_000 });
    expect(runs()[0]).toBe(nameOf(3));
    expect(runs()).toContain('latest');
  });

  it('go no further once nobody waits for it, and nobody finds half of one', async () => {
    makeRuns(KEEP_RUNS + 5);
    startPruning(state)();
    // The one that was begun is hidden at once, and goes.
    expect(runs().filter((name) => !name.startsWith('.'))).toHaveLength(KEEP_RUNS + 4);
    await vi.waitFor(() => expect(runs()).toHaveLength(KEEP_RUNS + 4), { timeout: 60_000 });
    expect(runs()[0]).toBe(nameOf(1));
  });

  it('are left alone where there are few, and where there is no folder', () => {
    startPruning(state);
    makeRuns(3);
    startPruning(state);
    pruneIfMany(state);
    expect(runs()).toHaveLength(3);
  });

  it('do not pile up where builds never have anything to do', () => {
    makeRuns(2 * KEEP_RUNS + 1);
    pruneIfMany(state);
    expect(runs()).toHaveLength(2 * KEEP_RUNS - 1);
    expect(runs()[0]).toBe(nameOf(2));
    pruneIfMany(state);
    expect(runs()).toHaveLength(2 * KEEP_RUNS - 1);
  });
});
