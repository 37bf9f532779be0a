import { mkdirSync, rmSync } from 'node:fs';
import { afterAll, expect, it, vi } from 'vitest';
import { runSequence } from '../rig/sequence.ts';

vi.mock('../../src/sandbox/choose-executor.ts', async () => {
  const { FakeExecutor } = await import('../rig/fake-executor.ts');
  const { runs } = await import('../rig/in-process.ts');
  let serial = 0;
  return {
    chooseExecutor: ({ stateDir }: { stateDir: string }) => {
      const executor = new FakeExecutor(`${stateDir}/fake-${serial++}`, runs);
      return Promise.resolve({ ok: true, value: { executor, warnings: [] } });
    },
  };
});
vi.mock('../../rules/index.ts', async (original) => {
  const { fan } = await import('../rig/fan-rule.ts');
  const { builtInRules } = await original<typeof import('../../rules/index.ts')>();
  return { builtInRules: [...builtInRules, fan] };
});

/** RECOMP_SEED=7 repeats one; RECOMP_LONG=1 makes it thousands. */
const SEED = process.env['RECOMP_SEED'];
const COUNT = SEED === undefined ? (process.env['RECOMP_LONG'] === '1' ? 2000 : 40) : 1;
const FIRST = Number(SEED ?? 1);
const BATCH = 20;
const folder = `/dev/shm/recomp-sequences-${process.pid}`;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

for (let from = FIRST; from < FIRST + COUNT; from += BATCH) {
  const to = Math.min(from + BATCH, FIRST + COUNT) - 1;
  it(`edits, kills and builds give what a clean build gives, and run only what must (seeds ${from} to ${to})`, {
    timeout: 600_000,
  }, async () => {
    for (let seed = from; seed <= to; seed++) {
      mkdirSync(folder, { recursive: true });
      const problem = await runSequence(seed, `${folder}/${seed}`);
      if (problem !== undefined) expect.fail(problem);
      rmSync(`${folder}/${seed}`, { recursive: true, force: true });
    }
  });
}
