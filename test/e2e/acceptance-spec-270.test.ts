import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { wholeRunManifest } from '../../src/model/schema/run-manifest.ts';
import { copyOf, passingLoop, type ToyLoop, toyLoop } from '../support/toy-loop.ts';
import { createWorkspace } from '../support/workspace.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(REPOSITORY, path), 'utf8');

/** SPEC-270, requirement by requirement and criterion by criterion, in its own words. */
describe('SPEC-270', () => {
  let base: ToyLoop;
  beforeAll(() => {
    base = passingLoop();
    expect(base.automate()).toMatchObject({ code: 0 });
  });

  describe('requirements', () => {
    it('dual-track target policy: a homebrew track that runs, and a hashed retail pilot', () => {
      const ws = createWorkspace();
      cpSync(join(REPOSITORY, 'samples'), join(ws.root, 'samples'), { recursive: true });
      cpSync(join(REPOSITORY, 'recomp.toml'), join(ws.root, 'recomp.toml'));
      expect(ws.run(['automate', '--config', 'samples/first-light/automation.toml'])).toMatchObject({
        code: 0,
      });
      // Also of a stage whose output is its whole folder.
      expect(ws.read('samples/first-light/out/capture/frames.hashes')).toBe(
        ws.read('recomp-out/samples/first-light/capture/frames.hashes'),
      );
      const pilot = ws.run(['automate', '--config', 'samples/retail-pilot/automation.toml']);
      expect(pilot.code).toBe(2);
      expect(pilot.stderr).toContain('this is needed, and not there');
    });

    it('the local lifecycle exposes intake, analysis, lift, build, run/capture, validate, archive', () => {
      const names = base.manifest().steps.map((step) => step.name);
      expect(names).toEqual(
        ['analysis', 'archive', 'build', 'capture', 'intake', 'lift', 'validate'].map((s) => `//:${s}`),
      );
      const capture = base.manifest().steps.find((step) => step.name === '//:capture');
      expect(capture?.actions.map((a) => a.id)).toEqual(['hash', 'run']);
    });

    it('analysis is optional', () => {
      const loop = toyLoop();
      loop.edit('automation.toml', /\[analysis\][\s\S]*?(?=\[reference\])/, '');
      loop.edit('automation.toml', ', "$(names)"', '');
      loop.automate();
      expect(loop.manifest().steps.map((s) => s.name)).not.toContain('//:analysis');
      expect(loop.manifest().steps.map((s) => s.name)).toContain('//:lift');
    });

    it('every stage produces deterministic logs and artifact references in run-manifest.json', () => {
      const again = toyLoop();
      for (const name of ['frames', 'audio'])
        again.write(`reference/${name}.hashes`, base.read(`reference/${name}.hashes`));
      expect(again.automate()).toMatchObject({ code: 0 });
      const outputs = (loop: ToyLoop) => loop.manifest().steps.map((s) => [s.name, s.outputs]);
      expect(outputs(again)).toEqual(outputs(base));
      // Each stage has a log, ran or not: of the base nothing but the validation ran.
      const log = (loop: ToyLoop, path: string | undefined) => loop.read(`.recomp/runs/latest/${path}`);
      expect(base.manifest().steps.filter((step) => step.cache_hit).length).toBeGreaterThan(4);
      for (const step of again.manifest().steps) {
        expect(log(again, step.log_path)).toBe(log(base, step.log_path));
        for (const { sha256 } of step.outputs) expect(log(again, step.log_path)).toContain(sha256);
      }
      for (const step of again.manifest().steps)
        for (const action of step.actions.filter((a) => a.stdout_path))
          expect(again.read(`.recomp/runs/latest/${action.stdout_path}`)).toBe(
            base.read(`.recomp/runs/latest/${action.stdout_path}`),
          );
      expect(
        again.manifest().steps.filter((s) => s.actions.some((a) => a.stdout_path)).length,
      ).toBeGreaterThan(2);
    });

    it('logs are there whoever asks, and whether anything was done', () => {
      const loop = copyOf(base);
      loop.edit('make.mjs', "console.log('made ' + stage);", '');
      const logs = (...words: string[]) => {
        expect(loop.run(words).code).toBe(0);
        const step = loop.manifest().steps.find(({ name }) => name === '//:lift');
        return [loop.read(`.recomp/runs/latest/${step?.log_path}`), step?.cache_hit];
      };
      const [made, hit] = logs('build', '//:lift');
      expect(made).toMatch(
        /^\/\/:lift: succeeded\nlift: succeeded\n {2}key [0-9a-f]{64}\n {2}made recomp-out\/lift\/code.txt artifact/,
      );
      expect(hit).toBe(false);
      // Nothing changed; an output is put back; an edit that comes to the same; all of it by the loop.
      expect(logs('build', '//:lift')).toEqual([made, true]);
      loop.remove('recomp-out/lift');
      expect(logs('build', '//:lift')).toEqual([made, true]);
      loop.write('title.img', loop.read('title.img'));
      expect(logs('build', '//:lift')).toEqual([made, true]);
      loop.automate();
      expect(logs('automate', '--config', 'automation.toml')).toEqual([made, true]);
      const logOf = (name: string) =>
        loop.read(
          `.recomp/runs/latest/${loop.manifest().steps.find((step) => step.name === name)?.log_path}`,
        );
      const before = logOf('//:intake');
      expect(before).toContain('module.json artifact://sha256:');
      // An edit that the intake has nothing to do with: the build does not even look at it.
      expect(loop.run(['build', '//:validate'])).toMatchObject({ code: 0 });
      loop.edit('validation_config.toml', 'name = "toy"', 'name = "other"');
      expect(loop.run(['build', '//:validate'])).toMatchObject({ code: 0 });
      expect(loop.ran()).toEqual(['validate']);
      expect(logOf('//:intake')).toBe(before);
      loop.edit('title.toml', 'toy', 'other');
      expect(logs('build', '//:lift')[0]).not.toBe(made);
    });

    it('stage cache keys include the non-command input fingerprint, the stage command and the tool version tuple', () => {
      const key = (loop: ToyLoop) => loop.run(['explain', '//:lift', '--key']).stdout;
      const before = key(base);
      expect(before).toMatch(/ inputs [0-9a-f]{64}/);
      expect(before).toMatch(/ command [0-9a-f]{64}/);
      expect(before).toMatch(/ tools [0-9a-f]{64}/);
      expect(before).toContain(process.version);
      const part = (text: string, name: string) => new RegExp(` ${name} ([0-9a-f]{64})`).exec(text)?.[1];
      const command = copyOf(base);
      command.edit('automation.toml', '"lift", "$(out)"', '"lift-2", "$(out)"');
      expect(part(key(command), 'inputs')).toBe(part(before, 'inputs'));
      expect(part(key(command), 'command')).not.toBe(part(before, 'command'));
      const input = copyOf(base);
      input.edit('title.toml', 'toy', 'other');
      expect(part(key(input), 'command')).toBe(part(before, 'command'));
      expect(part(key(input), 'inputs')).not.toBe(part(before, 'inputs'));
    });

    it('a command change invalidates only that stage and downstream stages', () => {
      const loop = copyOf(base);
      loop.edit('automation.toml', '"build", "$(out)"', '"build-2", "$(out)"');
      loop.automate();
      expect(loop.ran()).toEqual(['archive', 'build', 'capture', 'validate']);
    });

    it('analysis supports command hooks, expected outputs, name_map.json and a runtime trace manifest', () => {
      const loop = copyOf(base);
      loop.write('trace.json', '{}\n');
      loop.edit(
        'automation.toml',
        'name_map_json = "names.json"',
        'name_map_json = "names.json"\nruntime_trace_manifest = "trace.json"',
      );
      loop.edit(
        'automation.toml',
        '"analysis", "$(out)", "$(module)"',
        '"analysis", "$(out)", "$(module)", "$(trace)"',
      );
      loop.automate();
      expect(loop.ran()).toContain('analysis');
      expect(loop.ran()).toContain('lift');
      loop.edit(
        'automation.toml',
        'expected_outputs = ["names.json"]',
        'expected_outputs = ["names.json", "evidence.json"]',
      );
      loop.edit('automation.toml', '"analysis", "$(out)"', '"analysis", "$(stage)/names.json"');
      const failed = loop.automate();
      expect(failed.code).toBe(1);
      expect(failed.stderr).toContain('evidence.json');
    });

    it('policy hooks exist for mode, approval and bounds, redaction and models; local mode treats them as metadata', () => {
      const loop = copyOf(base);
      loop.edit(
        'automation.toml',
        /$/,
        '[policy]\nexecution_mode = "local"\nrequires_approval = true\nmax_cost_usd = 0.5\nmax_runtime_minutes = 0\nredaction_profile = "strict"\nallowed_models = ["m"]\nrun_windows = ["Mon 00:00-00:01"]\n',
      );
      expect(loop.automate()).toMatchObject({ code: 0 });
      expect(loop.ran()).toEqual([]);
      const { policy } = loop.manifest();
      expect(policy?.enforced).toBe(false);
      expect(policy?.gates.map((g) => [g.gate, g.verdict])).toEqual([
        ['execution_mode', 'pass'],
        ['requires_approval', 'would_block'],
        ['max_cost_usd', 'pass'],
        ['max_runtime_minutes', 'depends_on_time'],
        ['redaction_profile', 'pass'],
        ['allowed_models', 'pass'],
        ['run_windows', 'depends_on_time'],
      ]);
      const stamp = JSON.parse(loop.read('.recomp/runs/latest/stamp.json'));
      expect(stamp.policy).toContainEqual(
        expect.objectContaining({ gate: 'max_runtime_minutes', verdict: 'would_block' }),
      );
    });

    it('policy is recorded by every run that builds stages of a loop, and none that does not', () => {
      const loop = copyOf(base);
      loop.edit('automation.toml', /$/, '[policy]\nrequires_approval = true\nmax_runtime_minutes = 0\n');
      loop.write(
        'near/BUILD.toml',
        '[[target]]\nname = "a"\nrule = "command"\nouts = ["a"]\nshell = "echo > $OUT"\n',
      );
      const recorded = (...words: string[]) => {
        expect(loop.run(words).code).toBe(0);
        const { policy } = loop.manifest();
        const stamp = JSON.parse(loop.read('.recomp/runs/latest/stamp.json'));
        return [
          policy?.enforced,
          policy?.gates.map((g) => `${g.loop} ${g.gate} ${g.verdict}`),
          stamp.policy?.length,
        ];
      };
      const gates = [
        'execution_mode pass',
        'requires_approval would_block',
        'max_runtime_minutes depends_on_time',
      ];
      const wanted = [false, gates.map((gate) => `// ${gate}`), 1];
      expect(recorded('build', '//:lift')).toEqual(wanted);
      // Nothing changed: the answer is taken from what was seen. Then an edit, and the stored graph.
      expect(recorded('build', '//:lift')).toEqual(wanted);
      loop.edit('title.toml', 'toy', 'other');
      expect(recorded('build', '//:lift')).toEqual(wanted);
      expect(recorded('build', '//near:a')).toEqual([undefined, undefined, undefined]);
      expect(loop.run(['automate', '--config', 'automation.toml']).stderr).toContain(
        '[policy] is recorded, and not enforced here: requires_approval would have blocked this run',
      );
    });

    it.each(['cloud', 'hybrid'])(
      'cloud enforcement is deferred: %s is refused, and says what is missing',
      (mode) => {
        const loop = copyOf(base);
        loop.edit('automation.toml', /$/, `[policy]\nexecution_mode = "${mode}"\n`);
        for (const words of [
          ['automate', '--config', 'automation.toml'],
          ['build', '//:lift'],
        ]) {
          const refused = loop.run(words);
          expect(refused.code).toBe(3);
          expect(refused.stderr).toContain('a shared artifact store');
        }
      },
    );
  });

  describe('interfaces', () => {
    it('run-manifest.json has run_id, execution_mode, tool_versions, host_fingerprint, and per step stage_attempt, cache_hit, cache_key', () => {
      const manifest = wholeRunManifest.parse(JSON.parse(base.read('.recomp/runs/latest/run-manifest.json')));
      expect(manifest).toMatchObject({
        execution_mode: 'local',
        tool_versions: { node: expect.stringMatching(/^v/) },
      });
      expect(manifest.run_id).not.toBe('');
      const report = base.read('recomp-out/validate/validation-report.json');
      expect(manifest.validation_report).toMatchObject({
        path: 'recomp-out/validate/validation-report.json',
        size: Buffer.byteLength(report),
        passed: true,
      });
      expect(manifest.artifacts.map((a) => a.role)).toContain('validation_report');
      expect(manifest.host_fingerprint).toMatch(/^[0-9a-f]{64}$/);
      for (const step of manifest.steps) {
        expect(step.stage_attempt).toBeGreaterThan(0);
        expect(typeof step.cache_hit).toBe('boolean');
        expect(step.cache_key).toMatch(/^[0-9a-f]{64}$/);
      }
    });

    it('the artifact index is formal, and aligned with the artifact paths of the run manifest', () => {
      const index = JSON.parse(base.read('recomp-out/archive/artifact-index.json'));
      const made = base.manifest().steps.flatMap((s) => s.outputs);
      const program = index.artifacts.find((a: { path: string }) => a.path.endsWith('/program'));
      expect(made).toContainEqual({ path: program.path, sha256: program.sha256, size: program.size });
    });

    it('versioned schemas of model request envelope and policy record are there', () => {
      for (const name of ['model-request', 'policy-record', 'run-submission', 'run-status'])
        expect(JSON.parse(read(`schemas/${name}.schema.json`)).properties.schema_version.const).toBe(1);
    });
  });

  describe('acceptance criteria', () => {
    it('A local run can execute intake through validation with `recomp automate --config ...`.', () => {
      const { code } = base.automate();
      expect(code).toBe(0);
      expect(base.manifest().steps.every((s) => s.status === 'succeeded')).toBe(true);
    });

    it('A command change in `automation.toml` reuses unaffected upstream stage outputs.', () => {
      const loop = copyOf(base);
      loop.edit('automation.toml', '"run", "$(program)"', '"run-2", "$(program)"');
      loop.automate();
      const hits = loop
        .manifest()
        .steps.filter((s) => s.cache_hit)
        .map((s) => s.name);
      expect(hits).toEqual(['//:analysis', '//:build', '//:intake', '//:lift']);
    });

    it('Specs/docs/plans/roadmap are internally consistent for dual-track and local-first policy.', () => {
      for (const path of [
        'docs/automation.md',
        'docs/roadmap.md',
        'docs/services.md',
        'docs/retail-pilot-prerequisites.md',
      ])
        expect(read(path)).toMatch(/local/i);
      expect(read('docs/roadmap.md')).toContain('samples/first-light');
      expect(read('docs/roadmap.md')).toContain('samples/retail-pilot');
      expect(read('docs/roadmap.md')).toMatch(/cloud/i);
      // What the roadmap says is there, is.
      for (const [, path = ''] of read('docs/roadmap.md').matchAll(/^\| there \|.*?\| `([^`]+)`/gm))
        expect(existsSync(join(REPOSITORY, path)), path).toBe(true);
    });

    it('Cloud and agent interfaces are schema-defined without blocking local deterministic progress.', () => {
      const services = read('docs/services.md');
      for (const [, path = ''] of services.matchAll(/`(schemas\/[\w-]+\.schema\.json)`/g))
        expect(existsSync(join(REPOSITORY, path)), path).toBe(true);
      expect(base.automate()).toMatchObject({ code: 0 });
    });
  });
});
