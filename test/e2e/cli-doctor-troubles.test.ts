import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { checkNode } from '../../src/cli/doctor/check-node.ts';
import { checkClock } from '../../src/cli/doctor/check-surroundings.ts';
import { processMark } from '../../src/journal/workspace-lock.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const report = z.object({
  findings: z.array(
    z.object({ name: z.string(), state: z.string(), found: z.string(), help: z.string().optional() }),
  ),
});

const GOOD = { 'recomp.toml': '', 'BUILD.toml': '[[target]]\nname = "t"\nrule = "filegroup"\n' };

/** The finding of this name, in this workspace. */
function find(ws: TestWorkspace, name: string, env: Record<string, string> = {}, cwd = '') {
  const { code, stdout, stderr } = ws.run(['doctor', '--json'], { env, cwd });
  expect(stderr).toBe('');
  const found = report.parse(JSON.parse(stdout)).findings.find((finding) => finding.name === name);
  return { code, ...found };
}

/** What is said of isolation where no namespace can be made: from within one that forbids more. */
function withoutNamespaces(ws: TestWorkspace) {
  const forbid =
    'for n in user mnt pid; do echo 0 > /proc/sys/user/max_"$n"_namespaces; done 2>/dev/null; exec "$@"';
  const doctor = [process.execPath, inject('recompBin'), 'doctor', '--json'];
  const inside = spawnSync('unshare', ['-Ur', 'sh', '-c', forbid, 'sh', ...doctor], {
    cwd: ws.root,
    env: ws.environment(),
    encoding: 'utf8',
  });
  const [stdout, code] = [inside.stdout, inside.status];
  return { code, ...report.parse(JSON.parse(stdout)).findings.find(({ name }) => name === 'isolation') };
}

/** Each trouble of docs/troubles.md, made on purpose. */
describe('recomp doctor finds', () => {
  it('1: a node that is too old', () => {
    expect(checkNode('18.19.0')).toMatchObject({
      state: 'broken',
      help: expect.stringContaining('nodejs.org'),
    });
    expect(find(createWorkspace(GOOD), 'node').state).toBe('ok');
  });

  it('2: a machine that cannot isolate', () => {
    const ws = createWorkspace(GOOD);
    expect(withoutNamespaces(ws)).toMatchObject({
      code: 0,
      state: 'warning',
      help: expect.stringContaining('bubblewrap'),
    });
    ws.write('recomp.toml', '[sandbox]\nmode = "required"\n');
    expect(withoutNamespaces(ws)).toMatchObject({ code: 4, state: 'broken' });
  });

  it('3: a C compiler that is missing, or compiles nothing', () => {
    const ws = createWorkspace(GOOD);
    expect(find(ws, 'C compiler', { PATH: '/nowhere' })).toMatchObject({
      state: 'optional',
      found: 'not found',
    });
    const bin = join(ws.root, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'cc'), '#!/bin/sh\necho "stdio.h: no such file" >&2\nexit 1\n', { mode: 0o755 });
    expect(find(ws, 'C compiler', { PATH: bin }).found).toContain('cannot compile: stdio.h: no such file');
  });

  it('4: a cache that cannot be written', () => {
    expect(find(createWorkspace(GOOD), 'cache', { RECOMP_CACHE_DIR: '/proc/cache' })).toMatchObject({
      code: 0,
      state: 'warning',
      help: expect.stringContaining('RECOMP_CACHE_DIR'),
    });
  });

  it('5: folders of the workspace that cannot be written', () => {
    const ws = createWorkspace({ ...GOOD, 'recomp-out': 'a file in its place' });
    expect(find(ws, 'folder recomp-out')).toMatchObject({ code: 4, state: 'broken' });
  });

  it('6: mistakes in the workspace’s files', () => {
    const ws = createWorkspace({ ...GOOD, 'bad/BUILD.toml': '[[target]]\nname = "x"\nrule = "comand"\n' });
    expect(find(ws, 'targets')).toMatchObject({
      code: 2,
      state: 'broken',
      found: 'bad/BUILD.toml:3:8: there is no rule "comand"',
    });
    expect(find(createWorkspace({ 'recomp.toml': '[sandbx]\n' }), 'workspace')).toMatchObject({ code: 2 });
    expect(find(createWorkspace({ 'recomp.toml': '', 'build.toml': '' }), 'targets')).toMatchObject({
      code: 0,
      state: 'warning',
      help: expect.stringContaining('capitals'),
    });
  });

  it('7: a tool that is not installed', () => {
    const ws = createWorkspace({ ...GOOD, 'recomp.toml': '[tools.lifter]\ncommand = "no-such-lifter"\n' });
    expect(find(ws, 'tool lifter')).toMatchObject({
      state: 'warning',
      help: expect.stringContaining('[tools.lifter]'),
    });
  });

  it('8: another command that holds the workspace, or held it', () => {
    const ws = createWorkspace(GOOD);
    const held = (owner: object): void =>
      ws.write(
        '.recomp/lock',
        JSON.stringify({ ...processMark(), command: 'build //...', since: 0, ...owner }),
      );
    held({});
    expect(find(ws, 'workspace lock')).toMatchObject({
      state: 'warning',
      found: `held by \`recomp build //...\`, process ${process.pid}: builds wait until it ends`,
    });
    held({ started: 'long ago' });
    expect(find(ws, 'workspace lock')).toMatchObject({
      state: 'ok',
      found: expect.stringContaining('has ended'),
    });
    ws.write('.recomp/lock', 'torn');
    expect(find(ws, 'workspace lock')).toMatchObject({ help: expect.stringContaining('remove') });
  });

  it('9: outputs that git would take in', () => {
    const ws = createWorkspace({ ...GOOD, '.gitignore': '/.recomp/\n' });
    spawnSync('git', ['init', '-q', ws.root], { env: ws.environment() });
    expect(find(ws, 'git ignores outputs')).toMatchObject({
      state: 'warning',
      found: 'git would take in recomp-out',
      help: expect.stringContaining('/recomp-out/'),
    });
    ws.write('.gitignore', '/.recomp/\n/recomp-out/\n');
    expect(find(ws, 'git ignores outputs').state).toBe('ok');
  });

  it('10: a shared cache that does not answer', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const ws = createWorkspace({ ...GOOD, 'recomp.toml': `[cache]\nremote = "grpc://127.0.0.1:${port}"\n` });
    expect(find(ws, 'shared cache').state).toBe('ok');
    await new Promise((resolve) => server.close(resolve));
    expect(find(ws, 'shared cache')).toMatchObject({
      code: 0,
      state: 'warning',
      found: `grpc://127.0.0.1:${port} does not answer: ECONNREFUSED`,
    });
  });

  it('11: clocks that disagree', () => {
    const ws = createWorkspace(GOOD);
    expect(checkClock(ws.root, () => Date.now() + 3_600_000)).toMatchObject({
      state: 'warning',
      found: 'the disk’s clock is 3600 s behind this machine’s',
    });
    expect(find(ws, 'clock').state).toBe('ok');
  });

  it('12: a workspace inside of another', () => {
    const ws = createWorkspace({ ...GOOD, 'inner/recomp.toml': '' });
    expect(find(ws, 'nesting', {}, 'inner')).toMatchObject({
      state: 'warning',
      found: expect.stringContaining(ws.root),
    });
    expect(find(ws, 'nesting').state).toBeUndefined();
  });
});
