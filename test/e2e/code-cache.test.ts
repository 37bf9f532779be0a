import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const BUILD =
  '[[target]]\nname = "t"\nrule = "command"\nsrcs = ["a.txt"]\nouts = ["o"]\nshell = "cat $SRCS > $OUT"\n';

const workspaceWithOne = (): TestWorkspace =>
  createWorkspace({ 'recomp.toml': '[workspace]\nname = "code"\n', 'BUILD.toml': BUILD, 'a.txt': 'one\n' });

/** Beside the workspace, as its HOME is there. */
const folderOf = ({ root }: TestWorkspace): string => join(dirname(root), '.cache/recomp/code');

function keptOf(workspace: TestWorkspace): string {
  const name = readdirSync(folderOf(workspace)).find((file) => file.startsWith('build-'));
  return join(folderOf(workspace), name ?? 'nothing was kept');
}

let edits = 0;
function editAndBuild(workspace: TestWorkspace, env: Readonly<Record<string, string>> = {}): void {
  workspace.write('a.txt', `edit ${++edits}\n`);
  // In a home of its own, where other tests share one.
  const ran = workspace.run(['build', '//:t'], { env: { XDG_CACHE_HOME: '', ...env } });
  expect(ran.stderr).toContain('1 executed');
  expect(ran.code).toBe(0);
  expect(workspace.read('recomp-out/o')).toBe(`edit ${edits}\n`);
}

describe('compiled code', () => {
  it('is kept once, and then used as it lies there', () => {
    const workspace = workspaceWithOne();
    editAndBuild(workspace);
    const before = readFileSync(keptOf(workspace));
    editAndBuild(workspace);
    expect(readFileSync(keptOf(workspace)).equals(before)).toBe(true);
  });

  it.each([
    ['torn', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['flipped', (bytes: Buffer) => Buffer.from(bytes.map((byte, i) => (i === 5000 ? byte ^ 1 : byte)))],
    ['empty', () => Buffer.alloc(0)],
  ])('is made anew when it is %s', (_, damage) => {
    const workspace = workspaceWithOne();
    editAndBuild(workspace);
    const damaged = damage(readFileSync(keptOf(workspace)));
    writeFileSync(keptOf(workspace), damaged);
    editAndBuild(workspace);
    expect(readFileSync(keptOf(workspace)).equals(damaged)).toBe(false);
    editAndBuild(workspace);
  });

  it('is neither read nor written where others can write, nor where it is switched off', () => {
    const workspace = workspaceWithOne();
    editAndBuild(workspace, { RECOMP_CODE_CACHE: 'off' });
    expect(existsSync(folderOf(workspace))).toBe(false);
    editAndBuild(workspace);
    writeFileSync(keptOf(workspace), 'not from here');
    chmodSync(folderOf(workspace), 0o777);
    editAndBuild(workspace);
    expect(readFileSync(keptOf(workspace), 'utf8')).toBe('not from here');
  });

  it('is kept for other commands, too', () => {
    const workspace = workspaceWithOne();
    const ran = workspace.run(['query', '//:t'], { env: { XDG_CACHE_HOME: '' } });
    expect([ran.code, ran.stdout]).toEqual([0, '//:t\n']);
    const kept = readdirSync(folderOf(workspace)).map((name) => name.replace(/-.*/, ''));
    expect(kept).toEqual(expect.arrayContaining(['dispatch', 'query']));
  });

  it('is done without where there is no place for it', () => {
    const workspace = workspaceWithOne();
    writeFileSync(join(dirname(workspace.root), '.cache'), 'a file');
    editAndBuild(workspace);
    editAndBuild(workspace, { HOME: '' });
  });
});
