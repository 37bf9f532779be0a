import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { type FakeRemote, startFakeRemote } from '../support/fake-remote.ts';
import { runBeside } from '../support/run-beside.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const BUILD = `
[[target]]
name = "words"
rule = "command"
srcs = ["words.txt"]
outs = ["upper.txt"]
shell = "echo said; echo warned >&2; tr a-z A-Z < $SRCS > $OUT"

[[target]]
name = "pages"
rule = "command"
deps = [":words"]
out_dirs = ["pages"]
shell = "mkdir -p $OUT/inner; cp $DEPS $OUT/inner/one; printf '#!/bin/sh\\\\n' > $OUT/run; chmod +x $OUT/run"

[[target]]
name = "list"
rule = "command"
deps = [":pages"]
outs = ["list.txt"]
shell = "cd $DEPS && find . -type f | sort > $OLDPWD/$OUT && test -x run"
`;

let remote: FakeRemote;
let ws: TestWorkspace;

beforeEach(async () => {
  remote = await startFakeRemote();
  ws = createWorkspace({
    'recomp.toml': '[workspace]\nname = "w"\n',
    'BUILD.toml': BUILD,
    'words.txt': 'some words\n',
  });
});
afterEach(() => remote.close());

const build = (...words: string[]) =>
  runBeside(ws, ['build', '//...', `--remote-executor=${remote.grpc}`, ...words]);

interface Manifest {
  readonly host: Record<string, unknown>;
  readonly totals: Record<string, number>;
  readonly steps: readonly {
    readonly name: string;
    readonly actions: readonly { readonly key?: string; readonly source?: string }[];
  }[];
}

const manifest = (): Manifest => JSON.parse(ws.read('.recomp/runs/latest/run-manifest.json'));
const sources = (): (string | undefined)[] => manifest().steps.flatMap((s) => s.actions.map((a) => a.source));

/** All traces of earlier builds, but for what the cluster has. */
function forget(): void {
  for (const path of ['.recomp', 'recomp-out']) ws.remove(path);
  rmSync(ws.cache, { recursive: true, force: true });
}

describe('actions that a remote executor runs', () => {
  it('leave what they would have left here', async () => {
    const here = await runBeside(ws, ['build', '//...']);
    expect(here.code, here.stderr).toBe(0);
    const made = ws.read('recomp-out/list.txt');
    const identity = ws.read('.recomp/runs/latest/run-manifest.json');
    forget();
    const there = await build();
    expect(there.code, there.stderr).toBe(0);
    expect(ws.read('recomp-out/list.txt')).toBe(made);
    expect(ws.read('recomp-out/upper.txt')).toBe('SOME WORDS\n');
    expect(remote.executor.ran).toHaveLength(3);
    expect(sources()).toEqual(['executor', 'executor', 'executor']);
    expect(manifest()).toMatchObject({
      totals: { executed: 3 },
      host: { remote_executor: remote.grpc, executor_use: { executed: 3, cached: 0, ran_here_instead: 0 } },
    });
    expect(outputsOf(ws.read('.recomp/runs/latest/run-manifest.json'))).toEqual(outputsOf(identity));
  });

  it('are not run again for who knows their results, and not a second time by the cluster', async () => {
    await build();
    const again = await build();
    expect(again.code, again.stderr).toBe(0);
    expect(remote.executor.calls).toHaveLength(3);
    forget();
    await build();
    expect(remote.executor.ran).toHaveLength(3);
    expect(manifest().totals).toMatchObject({ executed: 0, remote_hits: 3 });
    forget();
    await build('--force');
    expect(remote.executor.ran).toHaveLength(6);
  });

  it('say what they said', async () => {
    await build();
    const logs = join(ws.root, '.recomp/runs/latest/logs');
    const said = readdirSync(logs).map((name) => ws.read(`.recomp/runs/latest/logs/${name}`));
    expect(said.sort()).toEqual(['said\n', 'warned\n']);
  });

  it('fail as they would have failed here, and are asked again the next time', async () => {
    ws.write(
      'BUILD.toml',
      '[[target]]\nname = "bad"\nrule = "command"\nouts = ["x"]\nshell = "echo why >&2; exit 7"\n',
    );
    const first = await build();
    expect(first.code).toBe(1);
    expect(first.stderr).toContain('exit code 7');
    expect(first.stderr).toContain('why');
    await build();
    expect(remote.executor.ran).toHaveLength(2);
  });

  it('that leave less than they declare have failed', async () => {
    ws.write('BUILD.toml', '[[target]]\nname = "bad"\nrule = "command"\nouts = ["x"]\nshell = "true"\n');
    const { code, stderr } = await build();
    expect(code).toBe(1);
    expect(stderr).toContain('recomp-out/x');
    expect(existsSync(join(ws.root, 'recomp-out/x'))).toBe(false);
  });

  it('that take longer than they may have failed', async () => {
    ws.write(
      'BUILD.toml',
      '[[target]]\nname = "slow"\nrule = "command"\nouts = ["x"]\ntimeout = "1s"\nshell = "echo began; sleep 600"\n',
    );
    const { code, stderr } = await build();
    expect(code).toBe(1);
    expect(stderr).toContain('1 s');
    expect(remote.executor.ran).toHaveLength(1);
  });
});

/** What a run made: equal wherever it ran. */
function outputsOf(text: string): unknown {
  const { steps, artifacts } = JSON.parse(text);
  return { artifacts, outputs: steps.map(({ outputs }: { outputs: unknown }) => outputs) };
}

describe('an executor that fails', () => {
  const faults = (faultAt: Record<string, Parameters<typeof decide>[2]>): void => {
    remote.executor.onCall = (call, count) => decide(call, count, faultAt[`${call} ${count}`]);
  };

  it('in the middle of an action is asked how it went on', async () => {
    faults({ 'Execute 1': { kind: 'break', code: status.UNAVAILABLE } });
    const { code, stderr } = await build();
    expect(code, stderr).toBe(0);
    expect(remote.executor.calls).toContain('WaitExecution');
    expect(remote.executor.ran).toHaveLength(3);
  });

  it('and has forgotten the action is given it again', async () => {
    faults({
      'Execute 1': { kind: 'break', code: status.UNAVAILABLE },
      'WaitExecution 1': { kind: 'refuse', code: status.NOT_FOUND },
    });
    expect((await build()).code).toBe(0);
    expect(remote.executor.calls.filter((call) => call === 'Execute')).toHaveLength(4);
  });

  it.each(['UNAVAILABLE', 'INTERNAL'] as const)('once with %s is asked again', async (name) => {
    faults({ 'Execute 1': { kind: 'status', code: status[name] } });
    const { code, stderr } = await build();
    expect(code, stderr).toBe(0);
    // The worker may have ended what its scheduler lost.
    expect(sources()).not.toContain('executed');
  });

  it('because inputs are gone that were there is sent them again', async () => {
    remote.executor.beforeRun = () => {
      remote.executor.beforeRun = () => {};
      for (const name of remote.held.keys()) if (name.startsWith('/cas/')) remote.held.delete(name);
    };
    const { code, stderr } = await build();
    expect(code, stderr).toBe(0);
    expect(sources()).toEqual(['executor', 'executor', 'executor']);
  });

  it('again and again is left alone, which is said once, and all runs here', async () => {
    remote.executor.onCall = () => ({ kind: 'refuse', code: status.UNAVAILABLE });
    const { code, stderr } = await build();
    expect(code, stderr).toBe(0);
    expect(sources()).toEqual(['executed', 'executed', 'executed']);
    expect(stderr.match(/the remote executor/g)).toHaveLength(1);
    expect(stderr).toContain('3 actions');
    expect(manifest().host).toMatchObject({ executor_use: { ran_here_instead: 3 } });
  });

  it('whose queue never moves is waited for so long, and no longer', async () => {
    remote.executor.beforeRun = () => new Promise(() => {});
    ws.write('recomp.toml', '[workspace]\nname = "w"\n[remote]\nqueue_wait_seconds = 1\n');
    const { code, stderr } = await build();
    expect(code, stderr).toBe(0);
    expect(sources()).toEqual(['executed', 'executed', 'executed']);
    expect(
      stderr.match(/the remote executor .* did not run 3 actions \(nothing moved in its queue for 1 s\)/g),
    ).toHaveLength(1);
    expect(remote.executor.calls).toEqual(['Execute', 'CancelOperation']);
  });

  it('is an error where actions must run there', async () => {
    remote.executor.onCall = () => ({ kind: 'refuse', code: status.PERMISSION_DENIED });
    const { code, stderr } = await build('--strategy=remote');
    expect(code).toBe(4);
    expect(stderr).toContain('permission denied');
    expect(stderr).toContain('--strategy=auto');
  });

  it('that is slow to take a call is waited for where nobody else may run it', async () => {
    const port = Number(new URL(remote.grpc.replace('grpc', 'http')).port);
    const slow = createServer((client) => {
      const upstream = createConnection(port, '127.0.0.1');
      for (const socket of [client, upstream]) socket.on('error', () => {});
      client.once('close', () => upstream.destroy());
      setTimeout(() => client.pipe(upstream).pipe(client), 3000);
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const address: AddressInfo | string | null = slow.address();
    const at = typeof address === 'object' && address ? address.port : 0;
    const words = ['--strategy=remote', `--remote-executor=grpc://127.0.0.1:${at}`];
    const { code, stderr } = await runBeside(ws, ['build', '//...', ...words]);
    slow.close();
    expect(code, stderr).toBe(0);
    expect(sources()).toEqual(['executor', 'executor', 'executor']);
  });

  it('that is not there costs a line', async () => {
    const { code, stderr } = await runBeside(ws, ['build', '//...', '--remote-executor=grpc://127.0.0.1:9']);
    expect(code, stderr).toBe(0);
    expect(stderr.match(/the remote executor/g)).toHaveLength(1);
    expect(sources()).toEqual(['executed', 'executed', 'executed']);
  });
});

describe('what stays on a cluster', () => {
  it('is not fetched where nothing here reads it, and comes when something does', async () => {
    await build('--remote-cache', remote.grpc);
    forget();
    const words = ['--remote-cache', remote.grpc, '--remote-download=minimal'];
    const known = await build(...words);
    expect(known.code, known.stderr).toBe(0);
    expect(existsSync(join(ws.root, 'recomp-out/upper.txt'))).toBe(false);
    // Another action reads what was left there, on the same cluster: it need not come here for that.
    ws.write('BUILD.toml', BUILD.replace('sort > ', 'sort -r > '));
    const more = await build(...words);
    expect(more.code, more.stderr).toBe(0);
    expect(remote.executor.ran).toHaveLength(4);
    expect(existsSync(join(ws.root, 'recomp-out/pages'))).toBe(false);
    // And one that runs here.
    ws.write('BUILD.toml', BUILD.replace('sort > ', 'sort -u > '));
    const here = await build(...words, '--strategy=local');
    expect(here.code, here.stderr).toBe(0);
    expect(ws.read('recomp-out/list.txt')).toBe('./inner/one\n./run\n');
    expect(ws.read('recomp-out/pages/inner/one')).toBe('SOME WORDS\n');
  });
});

describe('who is raced against', () => {
  const one = (shell: string): void =>
    ws.write(
      'BUILD.toml',
      `[[target]]\nname = "one"\nrule = "command"\nouts = ["one"]\nshell = '${shell}'\n`,
    );

  it('is ended here, with all that it started, when it loses', async () => {
    const length = `600.${process.pid}${Date.now()}`;
    // A worker of the rig has another place for temporary files than any sandbox.
    one(`[ "$TMPDIR" = /tmp ] || { sleep ${length} & sleep ${length}; }; echo made > $OUT`);
    const { code, stderr } = await build('--strategy=race');
    expect(code, stderr).toBe(0);
    expect(sources()).toEqual(['executor']);
    expect(ws.read('recomp-out/one')).toBe('made\n');
    expect(spawnSync('pgrep', ['-f', `sleep ${length}`], { encoding: 'utf8' }).stdout).toBe('');
  });
});

it('a build that is interrupted ends what runs on a cluster', async () => {
  remote.executor.beforeRun = () => new Promise(() => {});
  // Who asks how it went on has been told what it is called, and only then can it be ended by name.
  const started = new Promise<void>((resolve) => {
    remote.executor.onCall = (call) => {
      if (call === 'WaitExecution') resolve();
      return call === 'Execute' ? { kind: 'break', code: status.UNAVAILABLE } : undefined;
    };
  });
  const child = spawn(
    process.execPath,
    [inject('recompBin'), 'build', ':words', `--remote-executor=${remote.grpc}`],
    { cwd: ws.root, env: ws.environment(), stdio: 'ignore' },
  );
  const ended = once(child, 'exit');
  await started;
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
  expect(remote.executor.calls).toEqual(['Execute', 'WaitExecution', 'CancelOperation']);
});

/** An action that prints something and goes on, and when that has come here. */
function printing(): Promise<void> {
  const shell = 'echo said so far; sleep 600';
  ws.write('BUILD.toml', `[[target]]\nname = "long"\nrule = "command"\nouts = ["x"]\nshell = "${shell}"\n`);
  remote.executor.streams = true;
  return new Promise((resolve) => {
    // Who goes on where the stream broke has had what came before.
    remote.executor.onStream = (name, offset) => {
      if (offset === 'said so far\n'.length) resolve();
      return name.endsWith('stdout') && offset === 0 ? status.UNAVAILABLE : undefined;
    };
  });
}

describe('what an action prints while it runs on a cluster', () => {
  it('is shown where its worker is lost', async () => {
    remote.executor.lost = printing().then(() => status.UNAVAILABLE);
    const { code, stderr } = await build('--strategy=remote');
    expect(code).toBe(4);
    expect(stderr).toContain('the rig lost its worker');
    expect(stderr.match(/^ {2}\| said so far$/gm)).toHaveLength(1);
  });

  it('is kept where nobody wants it any more', async () => {
    const heard = printing();
    const words = ['build', '//...', `--remote-executor=${remote.grpc}`];
    const child = spawn(process.execPath, [inject('recompBin'), ...words], {
      cwd: ws.root,
      env: ws.environment(),
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    await heard;
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    const logs = readdirSync(join(ws.root, '.recomp/runs/latest/logs'));
    expect(logs.map((name) => ws.read(`.recomp/runs/latest/logs/${name}`))).toEqual(['said so far\n']);
  });

  it('is not waited for where the executor does not know its own streams', async () => {
    remote.executor.streams = true;
    remote.executor.onStream = () => status.NOT_FOUND;
    const { code, stderr } = await build();
    expect(code, stderr).toBe(0);
    expect(sources()).toEqual(['executor', 'executor', 'executor']);
  });
});

it('an executor is told which build, target and action it works for', async () => {
  await build();
  const { about } = remote.executor;
  expect(about.map(({ target }) => target).sort()).toEqual(['//:list', '//:pages', '//:words']);
  expect(new Set(about.map(({ invocationId }) => invocationId)).size).toBe(1);
  expect(about[0]).toMatchObject({ tool: 'recomp', mnemonic: 'Command' });
  const keys = manifest().steps.flatMap((step) => step.actions.map(({ key }) => key));
  expect(about.map(({ actionId }) => actionId).sort()).toEqual(keys.sort());
});

it('what a worker is chosen by is sent, and in the key', async () => {
  await build();
  ws.write('recomp.toml', '[workspace]\nname = "w"\n[remote]\nplatform = { OSFamily = "linux" }\n');
  await build();
  expect(remote.executor.ran).toHaveLength(6);
  expect(remote.executor.platforms.slice(3)).toEqual(Array(3).fill({ OSFamily: 'linux' }));
});

it('a result that lies there is not believed where results must be signed', async () => {
  const key = Buffer.alloc(32, 7).toString('base64');
  ws.write('recomp.toml', `[workspace]\nname = "w"\n[cache.signers]\nci = "${key}"\n`);
  await build();
  forget();
  await build();
  expect(remote.executor.ran).toHaveLength(6);
  expect(sources()).toEqual(['executor', 'executor', 'executor']);
});

it('a result that lies there and makes no sense is passed over', async () => {
  await build();
  for (const { key } of manifest().steps.flatMap((step) => step.actions))
    remote.held.set(`/ac/${key}`, Buffer.from('no result'));
  forget();
  const { code, stderr } = await build();
  expect(code, stderr).toBe(0);
  expect(sources()).toEqual(['remote', 'remote', 'remote']);
});

it('what is not to leave this machine runs here, even where all must run there', async () => {
  const outside = join(ws.root, '../outside.txt');
  writeFileSync(outside, 'from outside\n');
  ws.write(
    'BUILD.toml',
    `[[target]]\nname = "out"\nrule = "command"\nsrcs = [{ external = "${outside}" }]\nouts = ["a"]\nshell = "cat $SRCS > $OUT"\n` +
      '[[target]]\nname = "net"\nrule = "command"\nnetwork = true\nouts = ["b"]\nshell = "echo > $OUT"\n',
  );
  const { code, stderr } = await build('--strategy=remote');
  expect(code, stderr).toBe(0);
  expect(remote.executor.calls).toEqual([]);
  expect([...remote.held.values()].some((bytes) => bytes.includes('from outside'))).toBe(false);
  expect(sources()).toEqual(['executed', 'executed']);
});

const decide = (_call: string, _count: number, fault: ReturnType<FakeRemote['executor']['onCall']>) => fault;
