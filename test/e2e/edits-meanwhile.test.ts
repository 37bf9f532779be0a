import { spawn, spawnSync } from 'node:child_process';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { started, startedBy } from '../support/processes.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const CONFIG = '[workspace]\nname = "meanwhile"\n';

const target = (name: string, rest: string): string =>
  `[[target]]\nname = "${name}"\nrule = "command"\nouts = ["${name}.txt"]\n${rest}\n`;

/** Waits until the test ends its sleep: actions see nothing else of it. */
const HELD = 'sleep 6000 || true; ';

interface Building {
  readonly ended: Promise<{ code: number | null; stderr: string }>;
  /** Does this while the action that is held runs. */
  meanwhile(work: () => void): Promise<void>;
  /** Ends each sleep that it comes to: an action is run again when what it was given has been edited. */
  letGo(): void;
}

function build(workspace: TestWorkspace, ...more: string[]): Building {
  const child = spawn(process.execPath, [inject('recompBin'), 'build', '//...', ...more], {
    cwd: workspace.root,
    env: workspace.environment(),
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, stderr }));
  });
  const meanwhile = async (work: () => void): Promise<void> => {
    await started(child.pid ?? -1, 'sleep 6000');
    work();
    letGo();
  };
  const letGo = (): void => void endSleeps();
  const endSleeps = async (): Promise<void> => {
    while (child.exitCode === null && child.signalCode === null) {
      const sleep = startedBy(child.pid ?? -1, 'sleep 6000');
      if (sleep !== undefined) spawnSync('kill', ['-KILL', String(sleep)], { stdio: 'ignore' });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  return { ended, meanwhile, letGo };
}

/** A build in which nothing is held for long. */
async function buildOn(workspace: TestWorkspace): Promise<number | null> {
  const building = build(workspace);
  building.letGo();
  return (await building.ended).code;
}

/** The outputs of a clean build of what is there now. */
async function clean(workspace: TestWorkspace, paths: readonly string[]): Promise<string[]> {
  for (const folder of ['.recomp', 'recomp-out', '../cache'])
    rmSync(join(workspace.root, folder), { recursive: true, force: true });
  expect(await buildOn(workspace)).toBe(0);
  return paths.map((path) => workspace.read(path));
}

describe('what is edited while a build runs', () => {
  it('a source with two readers: the one that had the old text runs again next time', async () => {
    const workspace = createWorkspace({ 'recomp.toml': CONFIG, 'f.txt': 'AAA\n' });
    workspace.write(
      'BUILD.toml',
      target('one', 'srcs = ["f.txt"]\nshell = "cat $SRCS > $OUT"') +
        target('two', `srcs = ["f.txt"]\ndeps = [":one"]\nshell = "${HELD}cat f.txt > $OUT"`),
    );
    const building = build(workspace);
    await building.meanwhile(() => {
      expect(workspace.read('recomp-out/one.txt')).toBe('AAA\n');
      workspace.write('f.txt', 'BBB\n');
    });
    const { code, stderr } = await building.ended;
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('f.txt was edited while the build ran');
    expect(await buildOn(workspace)).toBe(0);
    const outputs = ['recomp-out/one.txt', 'recomp-out/two.txt'];
    const incremental = outputs.map((path) => workspace.read(path));
    expect(incremental).toEqual(['BBB\n', 'BBB\n']);
    expect(incremental).toEqual(await clean(workspace, outputs));
  });

  it.each(['replaced', 'overwritten'])(
    'a tool that is %s: nothing of the new one is kept under the old one’s key',
    async (how) => {
      const workspace = createWorkspace();
      const tool = join(workspace.root, '../mytool');
      const put = (text: string): void => {
        const script = `#!/bin/sh\n[ "$1" = --version ] && echo 1 && exit\necho ${text}\n`;
        const to = how === 'replaced' ? `${tool}.new` : tool;
        writeFileSync(to, script, { mode: 0o755 });
        if (how === 'replaced') renameSync(to, tool);
      };
      put('OLD');
      workspace.write('recomp.toml', `${CONFIG}[tools.mytool]\ncommand = "${tool}"\n`);
      workspace.write(
        'BUILD.toml',
        target('t1', `tools = ["mytool"]\nshell = "mytool > $OUT"`) +
          target('t2', `tools = ["mytool"]\ndeps = [":t1"]\nshell = "${HELD}mytool > $OUT"`),
      );
      const building = build(workspace);
      await building.meanwhile(() => put('NEW'));
      expect((await building.ended).code).toBe(0);
      expect(await buildOn(workspace)).toBe(0);
      const outputs = ['recomp-out/t1.txt', 'recomp-out/t2.txt'];
      expect(outputs.map((path) => workspace.read(path))).toEqual(['NEW\n', 'NEW\n']);
      put('OLD');
      for (const folder of ['.recomp', 'recomp-out'])
        rmSync(join(workspace.root, folder), { recursive: true });
      expect(await buildOn(workspace)).toBe(0);
      expect(outputs.map((path) => workspace.read(path))).toEqual(['OLD\n', 'OLD\n']);
    },
  );

  it('all outputs, removed: they are put back and the build goes on', async () => {
    const workspace = createWorkspace({ 'recomp.toml': CONFIG, 'f.txt': 'AAA\n' });
    workspace.write(
      'BUILD.toml',
      target('one', 'srcs = ["f.txt"]\nshell = "cat $SRCS > $OUT"') +
        target('two', `deps = [":one"]\nshell = "${HELD}cat $DEPS > $OUT"`),
    );
    const building = build(workspace);
    await building.meanwhile(() => rmSync(join(workspace.root, 'recomp-out'), { recursive: true }));
    const { code, stderr } = await building.ended;
    expect(code, stderr).toBe(0);
    expect(workspace.read('recomp-out/two.txt')).toBe('AAA\n');
    expect(await buildOn(workspace)).toBe(0);
    expect(workspace.read('recomp-out/one.txt')).toBe('AAA\n');
  });
});

it('a forced result stays: requests that share an action do not undo each other', () => {
  const workspace = createWorkspace({ 'recomp.toml': CONFIG });
  workspace.write('BUILD.toml', target('flaky', 'shell = "date +%s%N > $OUT"'));
  const read = (): string => workspace.read('recomp-out/flaky.txt');
  expect(workspace.run(['build', '//...']).code).toBe(0);
  const first = read();
  expect(workspace.run(['build', '--force', '//:flaky']).code).toBe(0);
  const forced = read();
  expect(forced).not.toBe(first);
  for (const pattern of ['//...', '//:flaky', '//...']) {
    const { stderr } = workspace.run(['build', pattern]);
    expect(stderr).toMatch(/1 action(: 1)? up to date/);
    expect(read()).toBe(forced);
  }
});
