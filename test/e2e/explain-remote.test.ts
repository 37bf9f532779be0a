import { afterAll, beforeAll, expect, it } from 'vitest';
import { runBeside } from '../support/run-beside.ts';
import { type ServedCache, serveCache } from '../support/served-cache.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

let cache: ServedCache;
beforeAll(async () => {
  cache = await serveCache();
});
afterAll(() => cache.stop());

/** A machine of its own: it shares nothing with another but the cache that is served. */
const machine = (): TestWorkspace =>
  createWorkspace({
    'recomp.toml': `[workspace]\nname = "shared"\n[cache]\nremote = "${cache.grpc}"\n`,
    'p/in.txt': 'one\n',
    'p/BUILD.toml':
      '[[target]]\nname = "t"\nrule = "command"\nsrcs = ["in.txt"]\nouts = ["o"]\nshell = "cat $SRCS > $OUT"\n',
  });

const firstLines = async (ws: TestWorkspace, ...words: string[]): Promise<string[]> => {
  const { code, stdout, stderr } = await runBeside(ws, ['explain', '//p:t', ...words]);
  expect(code, stderr).toBe(0);
  return stdout.split('\n');
};

it('a miss in the shared cache is told against the nearest that is known here, a hit by who made it', async () => {
  const mine = machine();
  expect((await runBeside(mine, ['build', '//...'])).code).toBe(0);
  const yours = machine();
  expect(await firstLines(yours)).toContain('  so //p:t would be taken from the remote cache');

  yours.write('p/in.txt', 'two\n');
  const unheard = await firstLines(yours);
  expect(unheard[0]).toBe('//p:t was never built here');
  expect(unheard[1]).toBe('  so //p:t would run');
  expect(unheard[2]).toContain('the shared cache has nothing under its key');
  expect(unheard[2]).toContain('recomp explain --key //p:t');
  const key = async (ws: TestWorkspace): Promise<string[]> =>
    (await firstLines(ws, '--key')).filter((line) => line.includes('p/in.txt'));
  expect(await key(mine)).not.toEqual(await key(yours));

  expect((await runBeside(yours, ['build', '//...'])).code).toBe(0);
  yours.write('p/in.txt', 'three\n');
  const missed = await firstLines(yours);
  expect(missed[0]).toMatch(/^p\/in\.txt changed from /);
  expect(missed).toContain('  so //p:t would run');

  yours.write('p/in.txt', 'one\n');
  expect(await firstLines(yours)).toContain('  so //p:t would be taken from the remote cache');
  const { stderr } = await runBeside(yours, ['build', '--explain', '//...']);
  expect(stderr).toMatch(/p\/in\.txt changed from .*; what it made then came from run \S+ on /);
});
