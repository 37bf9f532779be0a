import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeRemote, startFakeRemote } from '../support/fake-remote.ts';
import { runBeside } from '../support/run-beside.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

/** What `app` reads was made by others; `note` is read by nothing but the command line. */
const BUILD = `
[[target]]
name = "upper"
rule = "command"
srcs = ["words.txt"]
outs = ["upper.txt"]
shell = "tr a-z A-Z < $SRCS > $OUT"
[[target]]
name = "pages"
rule = "command"
deps = [":upper"]
out_dirs = ["pages"]
shell = "mkdir -p $OUT/a && cp $DEPS $OUT/a/1.txt && head -c 700000 /dev/zero > $OUT/large"
[[target]]
name = "app"
rule = "command"
srcs = ["tail.txt"]
deps = [":upper", ":pages"]
outs = ["app.txt"]
shell = "cat recomp-out/upper.txt recomp-out/pages/a/1.txt $SRCS > $OUT"
`;

let remote: FakeRemote;
beforeEach(async () => {
  remote = await startFakeRemote();
});
afterEach(() => remote.close());

const workspace = (scheme: 'grpc' | 'http' = 'grpc'): TestWorkspace =>
  createWorkspace({
    'recomp.toml': `[workspace]\nname = "w"\n[cache]\nremote = "${remote[scheme]}"\n`,
    'BUILD.toml': BUILD,
    'words.txt': 'words\n',
    'tail.txt': 'tail\n',
  });

const manifestOf = (ws: TestWorkspace) => JSON.parse(ws.read('.recomp/runs/latest/run-manifest.json'));
const made = ['upper.txt', 'pages', 'app.txt'] as const;
const here = (ws: TestWorkspace): string[] =>
  made.filter((name) => existsSync(join(ws.root, 'recomp-out', name)));

async function ran(ws: TestWorkspace, ...words: string[]): Promise<string> {
  const { code, stderr, stdout } = await runBeside(ws, words);
  expect(code, stderr).toBe(0);
  return stdout + stderr;
}

/** A checkout whose builder and whose cache have nothing; the remote has all. */
async function another(scheme: 'grpc' | 'http' = 'grpc'): Promise<TestWorkspace> {
  await ran(workspace(scheme), 'build', '//...');
  return workspace(scheme);
}

const blobs = (): string[] => [...remote.held.keys()].filter((name) => name.includes('/cas/'));

describe.each(['grpc', 'http'] as const)('of what a remote has over %s', (scheme) => {
  it('minimal brings nothing that nothing reads, and the next build has nothing to do', async () => {
    const builder = workspace(scheme);
    await ran(builder, 'build', '//...');
    const ws = workspace(scheme);
    expect(await ran(ws, 'build', '//...', '--remote-download=minimal')).toMatch(/3 from the remote cache/);
    expect(here(ws)).toEqual([]);
    expect(manifestOf(ws).host.remote_use.downloaded_bytes).toBeLessThan(1000);
    expect(manifestOf(ws).artifacts).toEqual(manifestOf(builder).artifacts);
    expect(await ran(ws, 'build', '//...', '--remote-download=minimal')).toMatch(/3 actions up to date/);
  });

  it('toplevel brings what was asked for on the command line', async () => {
    const ws = await another(scheme);
    expect(await ran(ws, 'build', ':app', '--remote-download=toplevel')).toMatch(/3 from the remote cache/);
    expect(here(ws)).toEqual(['app.txt']);
    expect(ws.read('recomp-out/app.txt')).toBe('WORDS\nWORDS\ntail\n');
    expect(await ran(ws, 'build', ':app', '--remote-download=toplevel')).toMatch(/3 actions up to date/);
  });
});

describe('what was left away', () => {
  it('comes when an action that runs reads it', async () => {
    const ws = await another();
    await ran(ws, 'build', ':app', '--remote-download=minimal');
    ws.write('tail.txt', 'other\n');
    const said = await ran(ws, 'build', ':app', '--remote-download=minimal');
    expect(said).toMatch(/3 actions: 1 executed, 2 up to date/);
    // What came is what was known of it, not an input that changed: the action ran once.
    expect(said).not.toMatch(/changed/);
    expect(ws.read('recomp-out/app.txt')).toBe('WORDS\nWORDS\nother\n');
    expect(here(ws)).toEqual([...made]);
    expect(await ran(ws, 'build', ':app', '--remote-download=minimal')).toMatch(/3 actions up to date/);
  });

  it('is made again where it has been evicted meanwhile, and what it is made of too', async () => {
    const ws = await another();
    await ran(ws, 'build', ':app', '--remote-download=minimal');
    for (const name of blobs()) remote.held.delete(name);
    ws.write('tail.txt', 'other\n');
    const said = await ran(ws, 'build', ':app', '--remote-download=minimal');
    expect(said).toMatch(/3 actions: 3 executed/);
    expect(said).not.toMatch(/warning|failed/);
    expect(ws.read('recomp-out/app.txt')).toBe('WORDS\nWORDS\nother\n');
    expect(await ran(ws, 'build', ':app', '--remote-download=minimal')).toMatch(/3 actions up to date/);
  });

  it('comes when all is asked for', async () => {
    const ws = await another();
    await ran(ws, 'build', '//...', '--remote-download=minimal');
    expect(await ran(ws, 'build', '//...')).toMatch(/3 actions: 3 from the cache/);
    expect(here(ws)).toEqual([...made]);
    expect(await ran(ws, 'build', '//...')).toMatch(/3 actions up to date/);
    expect(await ran(ws, 'build', '//...', '--remote-download=minimal')).toMatch(/up to date/);
    expect(here(ws), 'what is here stays').toEqual([...made]);
  });

  it('leaves nothing older at its place', async () => {
    const ws = workspace();
    await ran(ws, 'build', '//...');
    const others = workspace();
    others.write('words.txt', 'new\n');
    await ran(others, 'build', '//...');
    ws.write('words.txt', 'new\n');
    expect(await ran(ws, 'build', '//...', '--remote-download=minimal')).toMatch(/3 from the remote cache/);
    expect(here(ws)).toEqual([]);
    expect(await ran(ws, 'build', '//...')).toMatch(/3 from the remote cache/);
    expect(ws.read('recomp-out/app.txt')).toBe('NEW\nNEW\ntail\n');
  });

  it('comes where somebody puts something at its place', async () => {
    const ws = await another();
    await ran(ws, 'build', '//...', '--remote-download=minimal');
    ws.write('recomp-out/upper.txt', 'not what it was\n');
    await ran(ws, 'build', '//...', '--remote-download=minimal');
    expect(existsSync(join(ws.root, 'recomp-out/upper.txt')) && ws.read('recomp-out/upper.txt')).not.toBe(
      'not what it was\n',
    );
  });

  it('is explained as what it is', async () => {
    const ws = await another();
    await ran(ws, 'build', '//...', '--remote-download=minimal');
    expect(await ran(ws, 'explain', ':app', '--remote-download=minimal')).toMatch(/app is up to date/);
    expect(await ran(ws, 'explain', ':app')).toMatch(/upper\.txt|app\.txt/);
    expect(await ran(ws, 'build', '//...', '--remote-download=minimal', '--dry-run')).toMatch(
      /0 of 3 actions would do something/,
    );
    expect(await ran(ws, 'show')).toMatch(/3 actions/);
  });

  it('comes for whoever starts it, and for an edit of the package that makes it asked for', async () => {
    const ws = await another();
    await ran(ws, 'build', ':app', '--remote-download=toplevel');
    ws.write('BUILD.toml', `${BUILD}\n# a remark\n`);
    await ran(ws, 'build', ':app', '--remote-download=toplevel');
    expect(here(ws)).toEqual(['app.txt']);
    rmSync(join(ws.root, 'recomp-out'), { recursive: true });
    await ran(ws, 'build', ':app', '--remote-download=toplevel');
    expect(here(ws)).toEqual(['app.txt']);
  });
});

it('nothing can be left away without a remote cache', async () => {
  const ws = workspace();
  const { code, stderr } = await runBeside(ws, [
    'build',
    '//...',
    '--no-remote',
    '--remote-download=minimal',
  ]);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /--remote-download=minimal needs a remote cache: --remote-cache, or \[cache\] remote/,
  );
  const other = await runBeside(ws, ['build', '//...', '--remote-download=some']);
  expect(other.stderr).toMatch(/--remote-download is all, toplevel or minimal, not "some"/);
});

describe('files of a folder that nobody could list beforehand', () => {
  const fixture = join(import.meta.dirname, '../fixtures/rule-packages/splitter');
  const split = (): TestWorkspace => {
    const ws = createWorkspace({
      'recomp.toml': `[workspace]\nname = "w"\n[cache]\nremote = "${remote.grpc}"\n[rules]\nuse = ["./rules/rules.js"]\n[tools.node]\ncommand = "node"\n`,
      'BUILD.toml': '[[target]]\nname = "words"\nrule = "split_and_join"\nsrcs = ["words.txt"]\n',
      'words.txt': 'one\ntwo\nthree\n',
    });
    cpSync(fixture, join(ws.root, 'rules'), { recursive: true });
    return ws;
  };

  it.each(['kept', 'evicted'])(
    'are left away, and come when one of them is read (%s meanwhile)',
    async (how) => {
      await ran(split(), 'build', '//...');
      const ws = split();
      expect(await ran(ws, 'build', '//...', '--remote-download=minimal')).toMatch(/5 from the remote cache/);
      expect(existsSync(join(ws.root, 'recomp-out/words.parts'))).toBe(false);
      expect(await ran(ws, 'build', '//...', '--remote-download=minimal')).toMatch(/5 actions up to date/);
      if (how === 'evicted') for (const name of blobs()) remote.held.delete(name);
      ws.write('rules/tools/treat.mjs', `${ws.read('rules/tools/treat.mjs')}\n// edited\n`);
      await ran(ws, 'build', '//...', '--remote-download=minimal');
      expect(ws.read('recomp-out/words.parts/0000.part')).toBe('one\n');
      await ran(ws, 'build', '//...');
      expect(ws.read('recomp-out/words.txt')).toBe('ONE\nTWO\nTHREE\n');
    },
  );
});
