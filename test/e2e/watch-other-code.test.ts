import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, inject, it } from 'vitest';
import { createWorkspace } from '../support/workspace.ts';

it('ends, and says why, when recomp itself was built anew under it', async () => {
  const ws = createWorkspace({
    'recomp.toml': '[workspace]\nname = "other"\n',
    'BUILD.toml':
      '[[target]]\nname = "a"\nrule = "command"\nsrcs = ["a.in"]\nouts = ["a"]\nshell = "cat $SRCS > $OUT"\n',
    'a.in': '1\n',
  });
  const copy = join(dirname(ws.root), 'recomp');
  cpSync(dirname(inject('recompBin')), copy, { recursive: true });
  const words = [join(copy, 'recomp.cjs'), 'watch', '--json', '//...'];
  const child = spawn(process.execPath, words, {
    cwd: ws.root,
    env: ws.environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const told: { readonly type: string; readonly message?: string }[] = [];
  for await (const line of createInterface(child.stdout)) {
    told.push(JSON.parse(line));
    if (told.at(-1)?.type !== 'recomp.watch.resting') continue;
    for (const name of readdirSync(copy)) utimesSync(join(copy, name), 1, 1);
    ws.write('a.in', '2\n');
  }
  expect(told.at(-1)).toMatchObject({
    type: 'recomp.watch.over',
    message: expect.stringContaining('recomp itself was built or installed anew'),
  });
  expect((await ended)[0]).toBe(4);
  // Nothing was built by halves.
  expect(ws.read('recomp-out/a')).toBe('1\n');
});
