import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { runStateFile } from '../../src/model/schema/run-status.ts';
import { passingLoop, type ToyLoop, toyLoop } from '../support/toy-loop.ts';

const STAGES = ['intake', 'analysis', 'lift', 'build', 'capture', 'validate', 'archive'];

interface State {
  readonly run_id: string;
  readonly state: string;
  readonly current_stage: string | null;
  readonly attempts: Readonly<Record<string, number>>;
}

/** Of the newest run that has begun, as it stands on disk. */
function storedState(loop: ToyLoop): State | undefined {
  const runs = join(loop.root, '.recomp/runs');
  if (!existsSync(runs)) return undefined;
  const files = readdirSync(runs).map((name) => join(runs, name, 'run-state.json'));
  const [file] = files
    .filter((f) => !f.includes('/latest/') && existsSync(f))
    .sort()
    .reverse();
  return file === undefined ? undefined : JSON.parse(readFileSync(file, 'utf8'));
}

/** Kills the command, and nothing else, as soon as it says that it is at this stage. */
async function killedAt(loop: ToyLoop, stage: string): Promise<State> {
  const args = [inject('recompBin'), 'automate', '--config', 'automation.toml'];
  const child = spawn(process.execPath, args, { cwd: loop.root, env: loop.environment(), stdio: 'ignore' });
  const gone = new Promise((resolve) => child.on('exit', resolve));
  while (child.exitCode === null && storedState(loop)?.current_stage !== stage) await pause(2);
  child.kill('SIGKILL');
  await gone;
  const state = storedState(loop);
  if (state === undefined) throw new Error('it never began');
  return state;
}

/** What must be the same for the same work; see docs/runs.md. */
function identity(loop: ToyLoop): string {
  const manifest = JSON.parse(loop.read('.recomp/runs/latest/run-manifest.json'));
  for (const key of ['run_id', 'host_fingerprint', 'host', 'totals']) delete manifest[key];
  for (const step of manifest.steps) {
    for (const key of ['cache_hit', 'stage_attempt']) delete step[key];
    for (const action of step.actions) delete action.source;
  }
  return JSON.stringify(manifest);
}

/** A loop that was killed in this stage: who came too late begins another. */
async function killedIn(make: () => ToyLoop, stage: string): Promise<{ loop: ToyLoop; killed: State }> {
  for (;;) {
    const loop = make();
    const killed = await killedAt(loop, stage);
    if (killed.state === 'running' && killed.current_stage === stage) return { loop, killed };
  }
}

describe('a run that was killed', () => {
  let whole: ToyLoop;
  let files: Readonly<Record<string, string>>;
  beforeAll(() => {
    whole = passingLoop(250);
    expect(whole.automate()).toMatchObject({ code: 0 });
    files = Object.fromEntries(
      ['frames', 'audio'].map((n) => [`reference/${n}.hashes`, whole.read(`reference/${n}.hashes`)]),
    );
  });

  it.each(STAGES)('in %s is resumed under its id, and comes to the same', async (stage) => {
    const { loop, killed } = await killedIn(() => {
      const made = toyLoop(250);
      for (const [path, text] of Object.entries(files)) made.write(path, text);
      return made;
    }, stage);
    const resumed = loop.automate(['--resume']);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stderr).toContain(`resuming run ${killed.run_id}, which was interrupted`);
    expect(loop.manifest().run_id).toBe(killed.run_id);
    expect(identity(loop) === identity(whole), 'the same identity').toBe(true);
    // What had been made before is not made again.
    const before = STAGES.slice(0, STAGES.indexOf(stage)).filter((s) => s !== 'validate');
    for (const earlier of before) expect(loop.ran()).not.toContain(earlier);
    const state = runStateFile.parse(storedState(loop));
    expect(state).toMatchObject({ state: 'succeeded', interrupted: false });
  });

  it('reads as failed, interrupted, before anybody resumes it', async () => {
    const { loop, killed } = await killedIn(() => toyLoop(250), 'lift');
    expect(storedState(loop)).toMatchObject({ state: 'running' });
    const { runStates } = await import('../../src/cli/run-state/run-states.ts');
    expect(runStates(join(loop.root, '.recomp')).read(killed.run_id)).toMatchObject({
      state: 'failed',
      interrupted: true,
      current_stage: 'lift',
    });
  });

  it('is no longer resumed once it has succeeded', () => {
    const again = whole.automate(['--resume']);
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toContain('succeeded: this is a new one');
    expect(whole.ran()).toEqual([]);
  });
});
