import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { runEvent } from '../../src/model/schema/run-event.ts';
import { runStateFile, runStatus } from '../../src/model/schema/run-status.ts';
import { runSubmission } from '../../src/model/schema/run-submission.ts';
import { copyOf, passingLoop, type ToyLoop } from '../support/toy-loop.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const LATEST = '.recomp/runs/latest';

const eventsOf = (loop: ToyLoop) =>
  loop
    .read(`${LATEST}/events.jsonl`)
    .trimEnd()
    .split('\n')
    .map((line) => runEvent.parse(JSON.parse(line)));

const stateOf = (loop: ToyLoop) => runStateFile.parse(JSON.parse(loop.read(`${LATEST}/run-state.json`)));

/** SPEC-250, requirement by requirement and criterion by criterion, in its own words. */
describe('SPEC-250', () => {
  let base: ToyLoop;
  beforeAll(() => {
    base = passingLoop();
    expect(base.automate()).toMatchObject({ code: 0 });
  });

  describe('requirements', () => {
    it('local is first-class; cloud and hybrid are schema-defined and gated', () => {
      expect(base.manifest().execution_mode).toBe('local');
      const example = JSON.parse(
        readFileSync(join(REPOSITORY, 'fixtures/valid/run-submission.json'), 'utf8'),
      );
      for (const execution_mode of ['local', 'cloud', 'hybrid'])
        expect(runSubmission.safeParse({ ...example, execution_mode }).success).toBe(true);
      const gated = copyOf(base);
      gated.edit('automation.toml', /$/, '[policy]\nexecution_mode = "hybrid"\n');
      expect(gated.automate().code).toBe(3);
    });

    it('every run has an immutable id and stage transitions', () => {
      const loop = copyOf(base);
      loop.edit('automation.toml', '"build", "$(out)"', '"build-2", "$(out)"');
      loop.automate();
      const state = stateOf(loop);
      expect(state.run_id).toBe(loop.manifest().run_id);
      expect(state.run_id).not.toBe(base.manifest().run_id);
      expect(Object.keys(state.attempts)).toEqual(['build', 'capture', 'validate', 'archive']);
      // The earlier run's record is what it was.
      expect(JSON.parse(loop.read(`.recomp/runs/${base.manifest().run_id}/run-manifest.json`))).toEqual(
        base.manifest(),
      );
    });

    it('artifacts are content-addressed, and immutable once written', () => {
      const before = stateOf(base).artifacts;
      expect(before.length).toBeGreaterThan(5);
      for (const name of before) expect(name).toMatch(/^artifact:\/\/sha256:[0-9a-f]{64}$/);
      // Damage to an output is mended from what its name says, never taken over.
      const loop = copyOf(base);
      loop.write('recomp-out/lift/code.txt', 'tampered');
      expect(loop.automate()).toMatchObject({ code: 0 });
      expect(loop.read('recomp-out/lift/code.txt')).toBe(base.read('recomp-out/lift/code.txt'));
      expect(stateOf(loop).artifacts).toEqual(before);
    });

    it('stages are stateless with explicit contracts: one that reads what it did not declare fails', () => {
      const loop = copyOf(base);
      loop.edit('make.mjs', 'const hash =', "readFileSync('title.toml');\nconst hash =");
      const failed = loop.automate();
      expect(failed.code).toBe(1);
      expect(failed.stderr).toContain('title.toml');
    });

    it('retries are deterministic, and stages resumable', () => {
      const loop = copyOf(base);
      loop.edit('automation.toml', /$/, '[loop]\nmax_retries = 1\n');
      loop.edit('make.mjs', 'const hash =', "if (stage === 'build') process.exit(1);\nconst hash =");
      expect(loop.automate().code).toBe(1);
      const failed = loop.manifest();
      expect(failed.steps.find((s) => s.name === '//:build')?.stage_attempt).toBe(2);
      expect(stateOf(loop)).toMatchObject({ state: 'failed', interrupted: false, attempts: { build: 2 } });
      const told = eventsOf(loop);
      loop.edit('make.mjs', 'process.exit(1);', 'void 0;');
      expect(loop.automate(['--resume']).code).toBe(0);
      expect(loop.manifest().run_id).toBe(failed.run_id);
      // One count, wherever it is told: two tries that failed, and one that did not.
      expect(stateOf(loop)).toMatchObject({ state: 'succeeded', attempts: { build: 3, lift: 2 } });
      const attempts = loop.manifest().steps.map((s) => [s.name, s.stage_attempt]);
      expect(attempts).toContainEqual(['//:build', 3]);
      expect(attempts).toContainEqual(['//:lift', 2]);
      // What the attempt that failed left is kept, beside what this one did.
      const before = JSON.parse(loop.read(`${LATEST}/attempts/1/run-manifest.json`));
      expect(before).toEqual(failed);
      expect(readdirSync(join(loop.root, LATEST, 'attempts/1/logs')).length).toBeGreaterThan(2);
      // What was told of the attempt that failed is kept, and numbered on.
      const events = eventsOf(loop);
      expect(events.slice(0, told.length)).toEqual(told);
      expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i + 1));
      const again = events.slice(told.length);
      expect(again.find((e) => 'stage' in e && e.stage === '//:build')).toMatchObject({
        stage_attempt: 3,
        status: 'succeeded',
      });
      expect(events.at(-1)).toMatchObject({ type: 'recomp.run.completed', state: 'succeeded' });
    });

    it('the event model has requested, started, stage.completed, validation.completed and completed, in this order', () => {
      expect(
        eventsOf(base).map((e) =>
          e.type === 'recomp.run.stage.completed' ? `${e.type} ${e.stage}` : e.type,
        ),
      ).toEqual([
        'recomp.run.requested',
        'recomp.run.started',
        ...['intake', 'analysis', 'lift', 'build', 'capture', 'validate'].map(
          (s) => `recomp.run.stage.completed //:${s}`,
        ),
        'recomp.run.validation.completed',
        'recomp.run.stage.completed //:archive',
        'recomp.run.completed',
      ]);
    });
  });

  describe('interfaces', () => {
    it('the run status has the members of the schema (v1)', () => {
      const {
        attempts: _a,
        interrupted: _i,
        blocked_by: _b,
        request: _r,
        owner: _o,
        ...status
      } = stateOf(base);
      expect(runStatus.parse(status)).toMatchObject({ state: 'succeeded', stage_attempt: 1 });
    });

    it('a run submission has the members of the schema (v1)', () => {
      expect(Object.keys(runSubmission.shape)).toEqual(
        expect.arrayContaining([
          'run_id',
          'execution_mode',
          'module_manifest',
          'config_manifest',
          'provenance_manifest',
          'requested_by',
          'priority',
        ]),
      );
    });
  });

  describe('acceptance criteria', () => {
    it('Same manifest contracts support local runs and cloud-ready state records.', () => {
      const state = stateOf(base);
      const outputs = base
        .manifest()
        .steps.flatMap((s) => s.outputs.map((o) => `artifact://sha256:${o.sha256}`));
      expect([...new Set(outputs)].sort()).toEqual(state.artifacts);
    });

    it('Stage events and artifact references are deterministic and auditable.', () => {
      const again = copyOf(base);
      expect(again.run(['automate', '--config', 'automation.toml', '--force']).code).toBe(0);
      const told = (loop: ToyLoop) =>
        eventsOf(loop).flatMap((e) =>
          e.type === 'recomp.run.stage.completed' ? [[e.stage, e.status, e.artifacts]] : [],
        );
      expect(told(again)).toEqual(told(base));
      expect(eventsOf(again).map((e) => e.seq)).toEqual(eventsOf(again).map((_, i) => i + 1));
    });

    it('Local-first implementation does not require cloud infrastructure to run end to end.', () => {
      // Every action of the loop ran without a network, in whatever shuts it in best here.
      const manifest = JSON.parse(base.read(`${LATEST}/run-manifest.json`));
      expect(manifest.host.remote).toBeNull();
      expect(statSync(join(base.root, 'recomp-out/validate/validation-report.json')).size).toBeGreaterThan(0);
    });
  });
});
