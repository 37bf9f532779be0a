import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeRemote, startFakeRemote } from '../support/fake-remote.ts';
import { runBeside } from '../support/run-beside.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

let remote: FakeRemote;
beforeAll(async () => {
  remote = await startFakeRemote();
});
afterAll(() => remote.close());

/** The same sources on another machine; `flags`: what its compiler does that others do not. */
function machine(flags: string | undefined): { readonly ws: TestWorkspace; readonly path: string } {
  const ws = createWorkspace({
    'recomp.toml': `[workspace]\nname = "w"\n[cache]\nremote = "${remote.grpc}"\n[tools.cc]\ncommand = "cc"\n`,
    'BUILD.toml':
      '[[target]]\nname = "object"\nrule = "command"\nsrcs = ["main.c"]\nouts = ["main.o"]\ntools = ["cc"]\nshell = "cc -g0 -c main.c -o $OUT"\n' +
      '[[target]]\nname = "words"\nrule = "command"\nsrcs = ["main.c"]\nouts = ["words"]\nshell = "wc -w < $SRCS > $OUT"\n',
    'main.c': 'int main(void) { int i, n = 0; for (i = 0; i < 9; i++) n += i; return n; }\n',
  });
  const path = process.env['PATH'] ?? '';
  if (flags === undefined) return { ws, path };
  const folder = join(ws.root, '../compiler');
  mkdirSync(folder);
  writeFileSync(join(folder, 'cc'), `#!/bin/sh\nexec /usr/bin/cc ${flags} "$@"\n`);
  chmodSync(join(folder, 'cc'), 0o755);
  return { ws, path: `${folder}${delimiter}${path}` };
}

async function built({ ws, path }: ReturnType<typeof machine>): Promise<{ object: Buffer; said: string }> {
  const { code, stderr } = await runBeside(ws, ['build', '//...'], { PATH: path });
  expect(code, stderr).toBe(0);
  return { object: readFileSync(join(ws.root, 'recomp-out/main.o')), said: stderr };
}

it('machines with different compilers under one name share no C result, but all else', async () => {
  const first = await built(machine(undefined));
  const other = await built(machine('-O2'));
  expect(other.said).toMatch(/2 actions: 1 executed, 1 from the remote cache/);
  expect(other.object.equals(first.object), 'they really compile otherwise').toBe(false);
  const same = await built(machine(undefined));
  expect(same.said).toMatch(/2 actions: 2 from the remote cache/);
  expect(same.object.equals(first.object)).toBe(true);
});
