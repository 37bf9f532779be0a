import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeRemote, startFakeRemote } from '../support/fake-remote.ts';
import { runBeside } from '../support/run-beside.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const ROUNDS = process.env['RECOMP_LONG'] ? 100 : 6;
const LAYERS = 4;
const WIDTH = 4;

/** Each layer reads all of the one before. */
function graph(): string {
  const targets: string[] = [];
  for (let layer = 0; layer < LAYERS; layer++)
    for (let i = 0; i < WIDTH; i++) {
      const deps = layer === 0 ? [] : Array.from({ length: WIDTH }, (_, d) => `":t${layer - 1}-${d}"`);
      const shell = `cat words.txt $DEPS > $OUT; echo ${layer}.${i} >> $OUT`;
      targets.push(
        `[[target]]\nname = "t${layer}-${i}"\nrule = "command"\nsrcs = ["words.txt"]\ndeps = [${deps}]\nouts = ["t${layer}-${i}.txt"]\nshell = "${shell}"\n`,
      );
    }
  return targets.join('\n');
}

let remote: FakeRemote;
beforeAll(async () => {
  remote = await startFakeRemote();
});
afterAll(() => remote.close());

const workspace = (): TestWorkspace =>
  createWorkspace({
    'recomp.toml': `[workspace]\nname = "w"\n[cache]\nremote = "${remote.grpc}"\n`,
    'BUILD.toml': graph(),
    'words.txt': 'words\n',
  });

const last = `recomp-out/t${LAYERS - 1}-0.txt`;

/** What this result promises: its client cannot have fetched that before it has heard of it. */
const promised = (result: string): string[] => {
  const text = remote.held.get(result)?.toString('latin1') ?? '';
  return [...remote.held.keys()].filter((name) => name.includes('/cas/') && text.includes(name.slice(-64)));
};

it('blobs may go in the middle of a build, those of a result just given and any others: the right bytes come out', async () => {
  const first = workspace();
  await runBeside(first, ['build', '//...']);
  const right = first.read(last);
  const whole = new Map(remote.held);
  await fc.assert(
    fc.asyncProperty(fc.nat(LAYERS * WIDTH - 1), fc.infiniteStream(fc.boolean()), async (when, coin) => {
      for (const [name, bytes] of whole) remote.held.set(name, bytes);
      let count = 0;
      let gone: string[] = [];
      remote.onRequest = (_what, result) => {
        if (result === undefined || count++ !== when) return;
        const others = [...remote.held.keys()].filter((n) => n.includes('/cas/') && coin.next().value);
        gone = promised(result);
        for (const name of [...gone, ...others]) remote.held.delete(name);
      };
      const ws = workspace();
      const { code, stderr } = await runBeside(ws, ['build', '//...']);
      remote.onRequest = () => {};
      expect(code, stderr).toBe(0);
      expect(ws.read(last)).toBe(right);
      expect(gone.length, 'a result was asked for, and it is known').toBeGreaterThan(0);
      expect(stderr).toMatch(/executed/);
    }),
    { numRuns: ROUNDS },
  );
});
