import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type NetworkRoom, twoRooms, whyNoRooms } from '../support/network-rooms.ts';
import { runBeside } from '../support/run-beside.ts';
import { type ServedCache, serveCache } from '../support/served-cache.ts';
import { stockServer } from '../support/stock-servers.ts';
import { createWorkspace, type Ran, type TestWorkspace } from '../support/workspace.ts';

const BUILD = `
[[target]]
name = "words"
rule = "command"
srcs = ["words.txt"]
outs = ["words.out"]
shell = "tr a-z A-Z < $SRCS > $OUT"

[[target]]
name = "twice"
rule = "command"
deps = [":words"]
out_dirs = ["twice"]
shell = "mkdir -p $OUT; cp $DEPS $OUT/one; cat $DEPS $DEPS > $OUT/two"
`;

const checkout = (remote: string): TestWorkspace =>
  createWorkspace({
    'recomp.toml': `[workspace]\nname = "w"\n[cache]\nremote = "${remote}"\n`,
    'BUILD.toml': BUILD,
    'words.txt': 'hello\n',
  });

const reason = whyNoRooms();

describe.skipIf(reason)(`two checkouts in two networks${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let networks: Awaited<ReturnType<typeof twoRooms>>;
  let server: ChildProcess;
  let remote = '';

  const recomp = (room: NetworkRoom, words: readonly string[], ws: TestWorkspace) => {
    const [program = '', ...rest] = [...room.enter, process.execPath, inject('recompBin'), ...words];
    return spawn(program, rest, { cwd: ws.root, env: ws.environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  };

  const build = async (room: NetworkRoom, ws: TestWorkspace): Promise<Ran> => {
    const child = recomp(room, ['build', '//...'], ws);
    const out = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      out.stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      out.stderr += chunk.toString();
    });
    const [code] = await once(child, 'close');
    return { code, ...out };
  };

  beforeAll(async () => {
    networks = await twoRooms();
    const [first] = networks.rooms;
    const home = createWorkspace();
    const at = ['--listen', `${first.address}:0`, '--dir', join(home.root, 'served'), '--anonymous', 'write'];
    const started = recomp(first, ['cache', 'serve', ...at], home);
    server = started;
    remote = (await createInterface(started.stdout)[Symbol.asyncIterator]().next()).value ?? '';
  }, 300_000);

  afterAll(async () => {
    if (server) {
      server.kill('SIGTERM');
      await once(server, 'exit');
    }
    networks?.close();
  });

  it('share what one of them has made', async () => {
    const [here, there] = networks.rooms;
    const [mine, yours] = [checkout(remote), checkout(remote)];
    const made = await build(here, mine);
    expect(made.stderr).toMatch(/2 executed/);
    const taken = await build(there, yours);
    expect(taken.code, taken.stderr).toBe(0);
    expect(taken.stderr).toMatch(/2 from the remote cache/);
    expect(yours.read('recomp-out/twice/two')).toBe('HELLO\nHELLO\n');
    yours.write('words.txt', 'bye\n');
    await build(there, yours);
    mine.write('words.txt', 'bye\n');
    expect((await build(here, mine)).stderr).toMatch(/2 from the remote cache/);
    expect(mine.read('recomp-out/words.out')).toBe('BYE\n');
  });
});

const [one, other] = ['gcc', 'aarch64-linux-gnu-gcc'].map((name) => stockServer(name));
const lacks = one && other ? '' : ' (skipped: there is only one C compiler here)';

describe.skipIf(lacks !== '')(`two machines with different compilers${lacks}`, () => {
  let cache: ServedCache;
  beforeAll(async () => {
    cache = await serveCache();
  });
  afterAll(() => cache.stop());

  /** A machine whose `cc` is this compiler: in all else it is like any other. */
  const machine = (compiler: string) => {
    const ws = createWorkspace({
      'recomp.toml': `[workspace]\nname = "w"\n[cache]\nremote = "${cache.grpc}"\n[tools.cc]\ncommand = "${compiler}"\n`,
      'BUILD.toml':
        '[[target]]\nname = "o"\nrule = "command"\nsrcs = ["main.c"]\nouts = ["main.o"]\ntools = ["cc"]\nshell = "cc -c main.c -o $OUT"\n',
      'main.c': 'int main(void) { return 0; }\n',
    });
    return runBeside(ws, ['build', '//...']);
  };

  it('share no result that a compiler made, and those with the same one do', async () => {
    const first = await machine(one ?? '');
    expect(first.stderr).toMatch(/1 executed/);
    const second = await machine(other ?? '');
    expect(second.stderr).toMatch(/1 executed/);
    const third = await machine(one ?? '');
    expect(third.stderr).toMatch(/1 from the remote cache/);
  });
});
