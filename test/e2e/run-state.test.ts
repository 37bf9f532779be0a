import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, inject, it } from 'vitest';
import { runStates } from '../../src/cli/run-state/run-states.ts';
import { runStateFile } from '../../src/model/schema/run-status.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const target = (shell: string): string =>
  `[[target]]\nname = "a"\nrule = "command"\nsrcs = ["in.txt"]\nouts = ["a.txt"]\nshell = "${shell}"\n`;

const workspace = (shell: string): TestWorkspace =>
  createWorkspace({
    'recomp.toml': '[workspace]\nname = "t"\n',
    'in.txt': '1\n',
    'BUILD.toml': target(shell),
  });

const build = (ws: TestWorkspace) => ws.run(['build', '//:a']);
const latest = (ws: TestWorkspace) =>
  runStateFile.parse(JSON.parse(ws.read('.recomp/runs/latest/run-state.json')));
const runsOf = (ws: TestWorkspace): string[] => {
  const folder = join(ws.root, '.recomp/runs');
  return existsSync(folder)
    ? readdirSync(folder).filter((name) => !name.startsWith('.') && name !== 'latest')
    : [];
};

describe('run-state.json of a plain build', () => {
  it('says that it succeeded, also when there was nothing to do', () => {
    const ws = workspace('cp in.txt $OUT');
    expect(build(ws).code).toBe(0);
    const first = latest(ws);
    expect(first).toMatchObject({ state: 'succeeded', interrupted: false, request: 'recomp build //:a' });
    expect(build(ws).stderr).toContain('up to date');
    const idle = latest(ws);
    expect(idle).toMatchObject({ state: 'succeeded', request: 'recomp build //:a', owner: null });
    expect(idle.run_id).not.toBe(first.run_id);
    ws.write('in.txt', '2\n');
    expect(build(ws).code).toBe(0);
    expect(latest(ws).state).toBe('succeeded');
    for (const id of runsOf(ws))
      expect(readdirSync(join(ws.root, '.recomp/runs', id)).sort()).toEqual([
        'events.jsonl',
        'logs',
        'run-manifest.json',
        'run-state.json',
        'stamp.json',
      ]);
  });

  it('says that it failed', () => {
    const ws = workspace('exit 3');
    expect(build(ws).code).toBe(1);
    expect(latest(ws)).toMatchObject({ state: 'failed', interrupted: false });
  });

  it('reads as failed, interrupted, when its process was killed, and the next build does not mind', async () => {
    const ws = workspace('until test -e go; do sleep 0.05; done; cp in.txt $OUT');
    const child = spawn(process.execPath, [inject('recompBin'), 'build', '//:a'], {
      cwd: ws.root,
      env: ws.environment(),
      stdio: 'ignore',
    });
    const gone = new Promise((resolve) => child.on('exit', resolve));
    const states = runStates(join(ws.root, '.recomp'));
    const running = (): string | undefined => runsOf(ws).find((id) => states.read(id)?.state === 'running');
    while (child.exitCode === null && running() === undefined) await pause(2);
    const id = running();
    expect(id, 'while it goes on').toBeDefined();
    child.kill('SIGKILL');
    await gone;
    const file = join(ws.root, `.recomp/runs/${id}/run-state.json`);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ state: 'running' });
    expect(states.read(id ?? '')).toMatchObject({ state: 'failed', interrupted: true });
    ws.write('BUILD.toml', target('cp in.txt $OUT'));
    expect(build(ws).code).toBe(0);
    expect(latest(ws)).toMatchObject({ state: 'succeeded' });
    expect(latest(ws).run_id).not.toBe(id);
  });

  it('is the latest from its start, also when it was killed', async () => {
    const ws = workspace('cp in.txt $OUT');
    expect(build(ws).code).toBe(0);
    const older = latest(ws).run_id;
    ws.write('BUILD.toml', target('until test -e go; do sleep 0.05; done; cp in.txt $OUT'));
    const child = spawn(process.execPath, [inject('recompBin'), 'build', '//:a'], {
      cwd: ws.root,
      env: ws.environment(),
      stdio: 'ignore',
    });
    const gone = new Promise((resolve) => child.on('exit', resolve));
    while (child.exitCode === null && latest(ws).run_id === older) await pause(5);
    const running = ws.run(['show', '--json']);
    child.kill('SIGKILL');
    await gone;
    expect(JSON.parse(running.stdout)).toMatchObject({ state: 'running' });
    const killed = latest(ws).run_id;
    expect(killed).not.toBe(older);
    expect(JSON.parse(ws.run(['show', '--json']).stdout)).toMatchObject({
      run_id: killed,
      state: 'interrupted',
    });
    const shown = ws.run(['show']);
    expect(shown.stdout).toContain(`Run ${killed} interrupted`);
    expect(shown.stdout).toContain('it was interrupted before it could write its record');
    expect(ws.run(['diff']).code).toBe(2);
  });
});
