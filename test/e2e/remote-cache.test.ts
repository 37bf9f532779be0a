import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestMetadata } from '../../src/protocol/request-metadata.ts';
import { type FakeRemote, Refusal, startFakeRemote } from '../support/fake-remote.ts';
import { runBeside } from '../support/run-beside.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const BUILD = `
[[target]]
name = "words"
rule = "command"
srcs = ["words.txt"]
outs = ["words.out"]
shell = "echo counting; tr a-z A-Z < $SRCS > $OUT"
[[target]]
name = "pages"
rule = "command"
deps = [":words"]
out_dirs = ["pages"]
shell = "mkdir -p $OUT/a && cp $DEPS $OUT/a/1.txt && head -c 700000 /dev/zero > $OUT/large && chmod +x $OUT/a/1.txt"
`;

const workspace = (remote: string, more = ''): TestWorkspace =>
  createWorkspace({
    'recomp.toml': `[workspace]\nname = "w"\n[cache]\nremote = "${remote}"\n${more}`,
    'BUILD.toml': BUILD,
    'words.txt': 'hello\n',
  });

const manifestOf = (ws: TestWorkspace) => JSON.parse(ws.read('.recomp/runs/latest/run-manifest.json'));

let remote: FakeRemote;
beforeEach(async () => {
  remote = await startFakeRemote();
});
afterEach(() => remote.close());

describe.each(['grpc', 'http'] as const)('a shared cache over %s', (scheme) => {
  it('gives one checkout what another has built', async () => {
    const [mine, yours] = [workspace(remote[scheme]), workspace(remote[scheme])];
    const built = await runBeside(mine, ['build', '//...']);
    expect(built.stderr).toMatch(/2 actions: 2 executed/);
    expect(manifestOf(mine).host).toMatchObject({
      remote: remote[scheme],
      remote_use: { misses: 2, uploaded_results: 2, not_uploaded: 0, faults: 0 },
    });
    const taken = await runBeside(yours, ['build', '//...']);
    expect(taken.stderr).toMatch(/2 actions: 2 from the remote cache/);
    expect(manifestOf(yours).totals).toMatchObject({ executed: 0, remote_hits: 2 });
    expect(yours.read('recomp-out/pages/a/1.txt')).toBe('HELLO\n');
    expect(yours.read('recomp-out/pages/large').length).toBe(700_000);
  });

  it('is not asked when nothing changed, nor when it is not wanted', async () => {
    const ws = workspace(remote[scheme]);
    await runBeside(ws, ['build', '//...']);
    const asked: string[] = [];
    remote.onRequest = (what) => void asked.push(what);
    expect((await runBeside(ws, ['build', '//...'])).stderr).toMatch(/up to date/);
    expect((await runBeside(ws, ['build', '//...', '--remote-cache', remote[scheme]])).stderr).toMatch(
      /up to date/,
    );
    ws.write('words.txt', 'others\n');
    expect((await runBeside(ws, ['build', '//...', '--no-remote'])).stderr).toMatch(/2 executed/);
    expect(asked).toEqual([]);
  });

  it('is told for which build and action it is asked', async () => {
    await runBeside(workspace(remote[scheme]), ['build', '//...']);
    const name = 'build.bazel.remote.execution.v2.requestmetadata-bin';
    const about = remote.headers.flatMap(({ [name]: value }) => (value === undefined ? [] : [value]));
    const told = about.map((value) =>
      requestMetadata.decode(Buffer.from(value, scheme === 'grpc' ? 'latin1' : 'base64')),
    );
    expect(told.length).toBeGreaterThan(0);
    expect(new Set(told.map(({ tool, invocationId }) => `${tool} ${invocationId}`)).size).toBe(1);
    expect(told[0]).toMatchObject({ tool: 'recomp' });
    const keys = [...remote.held.keys()].flatMap((key) => /\/ac\/(.*)$/.exec(key)?.[1] ?? []);
    // Of gRPC, only the first call's are noted here.
    if (scheme === 'http') expect(told.map(({ actionId }) => actionId)).toEqual(expect.arrayContaining(keys));
  });

  it('is only read where it is to be only read', async () => {
    const ws = workspace(remote[scheme], 'remote_mode = "read-only"\n');
    await runBeside(ws, ['build', '//...']);
    expect([...remote.held.keys()]).toEqual([]);
  });

  it('that has lost half of its blobs costs a rebuild and nothing else', async () => {
    await runBeside(workspace(remote[scheme]), ['build', '//...']);
    for (const name of [...remote.held.keys()]) if (name.includes('/cas/')) remote.held.delete(name);
    const ws = workspace(remote[scheme]);
    const { code, stderr } = await runBeside(ws, ['build', '//...']);
    expect(stderr).toMatch(/2 actions: 2 executed/);
    expect(stderr).not.toMatch(/warning/);
    expect(code).toBe(0);
    expect(ws.read('recomp-out/pages/a/1.txt')).toBe('HELLO\n');
  });

  it('that lies is found out', async () => {
    await runBeside(workspace(remote[scheme]), ['build', '//...']);
    for (const [name, bytes] of remote.held)
      if (name.includes('/cas/')) remote.held.set(name, Buffer.alloc(bytes.length, 'x'));
    const ws = workspace(remote[scheme]);
    const { code, stderr } = await runBeside(ws, ['build', '//...']);
    expect(stderr).toMatch(/warning: the remote cache .* sent damaged data, which was not used/);
    expect(stderr.match(/warning/g)).toHaveLength(1);
    expect(code).toBe(0);
    expect(ws.read('recomp-out/pages/a/1.txt')).toBe('HELLO\n');
  });

  it.each([401, 413, 429, 500, 503])('that answers %i to everything fails no build', async (answer) => {
    remote.onRequest = () => {
      throw new Refusal(answer);
    };
    const ws = workspace(remote[scheme]);
    const { code, stderr } = await runBeside(ws, ['build', '//...']);
    expect(stderr).toMatch(/2 actions: 2 executed/);
    expect(stderr).toMatch(/warning: the remote cache /);
    expect(code).toBe(0);
    expect(manifestOf(ws).host.remote_use).toMatchObject({ hits: 0, uploaded_results: 0, not_uploaded: 2 });
  });

  it('sends the token it was given, and shows it to nobody else', async () => {
    const ws = workspace(remote[scheme]);
    const { stdout, stderr } = await runBeside(ws, ['build', '//...'], {
      RECOMP_REMOTE_TOKEN: 'secret-word',
    });
    expect(remote.headers.some(({ authorization }) => authorization === 'Bearer secret-word')).toBe(true);
    const run = ['run-manifest.json', 'events.jsonl', 'stamp.json'].map((f) =>
      ws.read(`.recomp/runs/latest/${f}`),
    );
    expect([stdout, stderr, ...run].join('')).not.toContain('secret-word');
  });
});

it('what comes in great number is all in the local cache afterwards', async () => {
  const count = 150;
  const many = (): TestWorkspace => {
    const ws = workspace(remote.grpc);
    const targets = Array.from(
      { length: count },
      (_, i) =>
        `[[target]]\nname = "t${i}"\nrule = "command"\nouts = ["o${i}"]\nshell = "echo number ${i} > $OUT"\n`,
    );
    ws.write('BUILD.toml', targets.join('\n'));
    return ws;
  };
  // A machine that is busy may leave some of them for the next who builds.
  let ws = many();
  for (let tries = 0; tries < 10; tries++) {
    const { stderr } = await runBeside(ws, ['build', '//...']);
    if (stderr.includes('150 from the remote cache')) break;
    ws = many();
  }
  expect(manifestOf(ws).totals).toMatchObject({ remote_hits: count });
  for (const path of ['.recomp', 'recomp-out']) ws.remove(path);
  const again = await runBeside(ws, ['build', '//...', '--no-remote']);
  expect(again.stderr).toMatch(/150 actions: 150 from the cache/);
  expect(ws.read('recomp-out/o149')).toBe('number 149\n');
});

describe('a credential helper', () => {
  const helper = (script: string) => {
    const ws = workspace(remote.grpc);
    ws.write('helper.sh', `#!/bin/sh\n${script}\n`);
    chmodSync(`${ws.root}/helper.sh`, 0o755);
    ws.write('recomp.toml', `${ws.read('recomp.toml')}credential_helper = "${ws.root}/helper.sh"\n`);
    return ws;
  };

  it('is told the address and says what to send', async () => {
    const ws = helper(`cat > asked.json; echo '{"headers": {"Authorization": ["Basic secret-word"]}}'`);
    const { code, stderr } = await runBeside(ws, ['build', '//...']);
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/warning|secret-word/);
    expect(JSON.parse(ws.read('asked.json'))).toEqual({ uri: remote.grpc });
    expect(remote.headers.some(({ authorization }) => authorization === 'Basic secret-word')).toBe(true);
  });

  it.each(['exit 3', 'echo nonsense', `echo '{"headers": {"a": "b"}}'`])(
    'that goes wrong (%s) costs the remote, not the build',
    async (script) => {
      const { code, stderr } = await runBeside(helper(script), ['build', '//...']);
      expect(code).toBe(0);
      expect(stderr).toMatch(/2 executed/);
      expect(stderr).toMatch(/warning: the remote cache .*the credential helper/);
      expect(remote.held.size).toBe(0);
    },
  );
});

describe('a remote cache', () => {
  it.each(['grpc', 'http'])('that nobody serves over %s costs a warning', async (scheme) => {
    // No port that any server is given, nor one that HTTP clients refuse to use.
    const ws = workspace(`${scheme}://127.0.0.1:2`);
    const { code, stderr } = await runBeside(ws, ['build', '//...']);
    expect(stderr).toMatch(/warning: the remote cache \S+ cannot be reached/);
    expect(stderr).toMatch(/warning: 2 results were not uploaded/);
    expect(stderr).toMatch(/2 actions: 2 executed/);
    expect(code).toBe(0);
  });

  it('whose address holds a password is refused', async () => {
    const ws = workspace('https://me:word@example.invalid/cache');
    const { code, stderr } = await runBeside(ws, ['build', '//...']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/must not hold a name or password/);
  });

  it('is not loaded where none is configured', async () => {
    const ws = createWorkspace({
      'recomp.toml': '[workspace]\nname = "w"\n',
      'BUILD.toml': BUILD,
      'words.txt': 'a\n',
    });
    const { stderr } = await runBeside(ws, ['build', '//...'], { NODE_DEBUG: 'module' });
    expect(stderr).toMatch(/2 executed/);
    expect(stderr).not.toMatch(/compose-remote|grpc-transport|http-transport/);
  });
});
