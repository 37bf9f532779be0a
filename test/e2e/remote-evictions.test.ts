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
  targets.push(
    `[[target]]\nname = "sum"\nrule = "command"\nsrcs = ["more.txt"]\ndeps = [":t${LAYERS - 1}-0"]\nouts = ["sum.txt"]\nshell = "cat $DEPS $SRCS > $OUT"\n`,
  );
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
    'more.txt': 'first\n',
  });

const last = `recomp-out/t${LAYERS - 1}-0.txt`;

/** What this result promises: its client cannot have fetched that before it has heard of it. */
const promised = (result: string): string[] => {
  const text = remote.held.get(result)?.toString('latin1') ?? '';
  return [...remote.held.keys()].filter((name) => name.includes('/cas/') && text.includes(name.slice(-64)));
};

const half = fc.infiniteStream(fc.boolean());
const mode = fc.constantFrom('all', 'toplevel', 'minimal');

it('blobs may go in the middle of a build, those of a result just given and any others: the right bytes come out', async () => {
  const first = workspace();
  expect((await runBeside(first, ['build', '//...'])).code).toBe(0);
  const right = first.read(last);
  const whole = new Map(remote.held);
  let [evicted, leftAlone] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.nat(LAYERS * WIDTH - 1), half, mode, async (when, coin, download) => {
      remote.held.clear();
      for (const [name, bytes] of whole) remote.held.set(name, bytes);
      let count = 0;
      remote.onRequest = (_what, result) => {
        if (result === undefined || count++ !== when) return;
        const others = [...remote.held.keys()].filter((n) => n.includes('/cas/') && coin.next().value);
        for (const name of [...promised(result), ...others]) remote.held.delete(name);
        evicted++;
      };
      const ws = workspace();
      const built = await runBeside(ws, ['build', `:t${LAYERS - 1}-0`, `--remote-download=${download}`]);
      expect(built.code, built.stderr).toBe(0);
      if (/the remote cache .* does not answer/.test(built.stderr)) leftAlone++;
      // What was left away is read by an action that has to run, when more may have gone.
      ws.write('more.txt', 'more\n');
      const more = await runBeside(ws, ['build', ':sum', '--remote-download=toplevel']);
      remote.onRequest = () => {};
      expect(more.code, more.stderr).toBe(0);
      expect(ws.read(last)).toBe(right);
      expect(ws.read('recomp-out/sum.txt')).toBe(`${right}more\n`);
    }),
    { numRuns: ROUNDS },
  );
  // A machine that is too slow for the remote’s answers uses none.
  expect(evicted + leftAlone, 'results were asked for, and blobs went').toBeGreaterThanOrEqual(ROUNDS / 2);
});
