import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

interface Finding {
  readonly name: string;
  readonly state: string;
  readonly found: string;
  readonly help?: string;
}

function examine(ws: TestWorkspace, env: Record<string, string> = {}) {
  const { code, stdout, stderr } = ws.run(['doctor', '--json'], { env });
  expect(stderr).toBe('');
  const report: { can_build: boolean; findings: Finding[] } = JSON.parse(stdout);
  return {
    code,
    canBuild: report.can_build,
    of: (name: string) => report.findings.find((f) => f.name === name),
  };
}

describe('recomp doctor', () => {
  it('finds this machine able to build, which the other tests rely on', () => {
    const { code, canBuild, of } = examine(createWorkspace());
    expect({ code, canBuild }).toEqual({ code: 0, canBuild: true });
    expect(of('node')).toMatchObject({ state: 'ok', found: process.versions.node });
    expect(of('sandbox staged')).toMatchObject({ state: 'ok' });
    expect(of('workspace')).toMatchObject({
      state: 'optional',
      found: 'none here',
      help: expect.stringContaining('recomp init'),
    });
  });

  it('is read by people, one finding after the other', () => {
    const { code, stdout, stderr } = createWorkspace().run(['doctor']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok +node +\d/m);
    expect(stderr).toBe('recomp: builds can run here\n');
  });

  it('leaves nothing behind outside a workspace', () => {
    const ws = createWorkspace();
    ws.run(['doctor']);
    expect(readdirSync(ws.root)).toEqual([]);
    expect(existsSync(ws.cache)).toBe(false);
  });

  it('says which tools of the workspace are missing', () => {
    const ws = createWorkspace({
      'recomp.toml': '[tools.sh]\ncommand = "sh"\n\n[tools.lifter]\ncommand = "no-such-lifter"\n',
    });
    const { code, of } = examine(ws);
    expect(code).toBe(0);
    expect(of('tool sh')).toMatchObject({ state: 'ok', found: expect.stringMatching(/^\/.*sh$/) });
    expect(of('tool lifter')).toMatchObject({
      state: 'warning',
      found: 'there is no no-such-lifter on PATH',
      help: 'install it, or name another command in [tools.lifter] of recomp.toml',
    });
  });

  it('makes the compiler compile, and tells one that cannot', () => {
    const ws = createWorkspace();
    const bin = join(ws.root, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'cc'), '#!/bin/sh\necho "no headers here" >&2\nexit 1\n', { mode: 0o755 });
    const broken = examine(ws, { PATH: `${bin}:/nowhere` });
    expect(broken.code).toBe(0);
    expect(broken.of('C compiler')).toMatchObject({
      state: 'optional',
      found: `${bin}/cc cannot compile: no headers here`,
    });
    expect(broken.of('git')).toMatchObject({
      state: 'optional',
      found: 'not found',
      help: expect.stringMatching(/git/),
    });
  });

  it('finds mistakes in recomp.toml', () => {
    const ws = createWorkspace({ 'recomp.toml': '[sandbx]\n' });
    const { code, canBuild, of } = examine(ws);
    expect({ code, canBuild }).toEqual({ code: 2, canBuild: false });
    expect(of('workspace')).toMatchObject({ state: 'broken', found: expect.stringContaining('sandbx') });
  });

  it('finds folders that cannot be written', () => {
    const ws = createWorkspace({ 'recomp.toml': '', '.recomp': 'a file' });
    symlinkSync('/proc', join(ws.root, 'recomp-out'));
    const { code, of } = examine(ws, { RECOMP_CACHE_DIR: '/proc/cache' });
    expect(code).toBe(4);
    expect(of('folder .recomp')).toMatchObject({ state: 'broken' });
    expect(of('folder recomp-out')).toMatchObject({ state: 'broken' });
  });
});
