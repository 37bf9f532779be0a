import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { automationShape } from '../../src/automation/automation-shape.ts';
import { copyOf, passingLoop, type ToyLoop, toyLoop } from '../support/toy-loop.ts';
import { createWorkspace } from '../support/workspace.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** The document of the loop, part by part. */
describe('the automated recompilation loop', () => {
  let base: ToyLoop;
  beforeAll(() => {
    base = passingLoop();
    expect(base.automate()).toMatchObject({ code: 0 });
  });

  const there = (loop: ToyLoop, ...paths: string[]) =>
    paths.filter((path) => !existsSync(join(loop.root, path)));

  it('validates inputs, config and provenance first: nothing has run when one of them is wrong', () => {
    for (const [file, from, to] of [
      ['automation.toml', 'mode = "xci"', 'mode = "disc"'],
      ['provenance.toml', /sha256 = "./, 'sha256 = "x'],
      ['title.img', /$/, 'more'],
      // Every input is described: one that is not, nobody can say what it is.
      ['provenance.toml', /\[\[inputs\]\]\npath = "title.keys"[^[]*/, ''],
      ['provenance.toml', /\[\[inputs\]\]\npath = "title.img"[^[]*/, ''],
    ] as const) {
      const loop = toyLoop();
      loop.edit(file, from, to);
      const { code, stderr } = loop.automate();
      expect(code, `${file}: ${stderr}`).toBe(2);
      if (to === '') expect(stderr).toMatch(/title\.(img|keys) is described by no \[\[inputs\]\]/);
      expect(there(loop, 'recomp-out/intake'), file).toEqual(['recomp-out/intake']);
    }
  });

  it('validates the files that the stages read, too, before the first of them runs', () => {
    const loop = copyOf(base);
    loop.edit('validation_config.toml', 'frame_match_ratio', 'frame_match_ration');
    const { code, stderr } = loop.automate();
    expect(code).toBe(2);
    expect(stderr).toContain('validation_config.toml:3:1: unknown key "frame_match_ration"');
    // A script of the user's own capture is the user's; of recomp's it is read by the capture.
    const ws = createWorkspace();
    cpSync(join(REPOSITORY, 'samples/first-light'), ws.root, { recursive: true });
    const script = ws.read('input_script.toml');
    ws.write('input_script.toml', script.replace('control = "RIGHT"', 'control = "WRITE"'));
    const refused = ws.run(['automate', '--config', 'automation.toml']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(`${ws.root}/input_script.toml:9:1: no control "WRITE"`);
    expect(existsSync(join(ws.root, 'recomp-out/intake'))).toBe(false);
  });

  it('validation_config.toml and input_script.toml are optional', () => {
    const loop = copyOf(base);
    loop.edit('automation.toml', /^(?:validation_config_toml|input_script_toml) = .*\n/gm, '');
    loop.edit('automation.toml', '"$(program)", "$(script)"', '"$(program)", "title.toml"');
    const { code, stderr } = loop.automate();
    expect(code, stderr).toBe(1);
    expect(loop.run(['validate', 'accept', '-c', 'automation.toml', '--yes'])).toMatchObject({ code: 0 });
    expect(loop.automate()).toMatchObject({ code: 0 });
  });

  it('outputs: stage artifacts under the work root, per-step logs, run-manifest.json, validation-report.json', () => {
    const wanted = ['intake/module.json', 'analysis/names.json', 'lift/code.txt', 'build/program'];
    const more = [
      'capture/frames/0',
      'validate/validation-report.json',
      'archive/SHA256SUMS',
      'run-manifest.json',
    ];
    expect(there(base, ...[...wanted, ...more].map((path) => `out/${path}`))).toEqual([]);
    expect(readdirSync(join(base.root, 'out/logs'), { recursive: true }).length).toBeGreaterThan(2);
  });

  it('outputs: each stage’s folder may be another', () => {
    const loop = copyOf(base);
    const folders = ['intake', 'lift', 'build', 'assets', 'validation', 'log'].map(
      (name) => `${name}_dir = "far/${name}"`,
    );
    loop.edit(
      'automation.toml',
      'work_root = "out"',
      `work_root = "far"\nrun_manifest = "far/m.json"\n${folders.join('\n')}`,
    );
    expect(loop.automate()).toMatchObject({ code: 0 });
    expect(loop.ran()).toEqual([]);
    const wanted = ['intake/module.json', 'lift/code.txt', 'build/program', 'assets/frames/0'];
    expect(
      there(
        loop,
        ...[...wanted, 'validation/validation-report.json', 'log', 'm.json'].map((p) => `far/${p}`),
      ),
    ).toEqual([]);
  });

  it('the config has every section', () => {
    const sections = [
      'inputs',
      'outputs',
      'reference',
      'capture',
      'commands',
      'analysis',
      'policy',
      'run',
      'tools',
      'loop',
      'gates',
      'scenes',
    ];
    expect(Object.keys(automationShape.keys)).toEqual(
      expect.arrayContaining(['schema_version', ...sections]),
    );
    const sample = readFileSync(join(REPOSITORY, 'samples/automation.toml'), 'utf8');
    for (const section of sections) expect(sample).toMatch(new RegExp(`^(?:# )?\\[\\[?${section}\\b`, 'm'));
  });

  it('a failed stage keeps the artifacts and logs of the run', () => {
    const loop = copyOf(base);
    loop.edit(
      'make.mjs',
      'const hash =',
      "if (stage === 'build') { console.error('why it failed'); process.exit(1); }\nconst hash =",
    );
    expect(loop.automate().code).toBe(1);
    const build = loop.manifest().steps.find((step) => step.name === '//:build');
    const [action] = build?.actions ?? [];
    expect(action).toMatchObject({ status: 'failed' });
    expect(
      loop.read(
        `.recomp/runs/latest/logs/${readdirSync(join(loop.root, '.recomp/runs/latest/logs')).find((n) => n.includes('build') && n.includes('stderr'))}`,
      ),
    ).toContain('why it failed');
    expect(there(loop, 'recomp-out/intake/module.json', 'recomp-out/lift/code.txt')).toEqual([]);
  });

  it('the archive has an index, sums, provenance, configurations and reports', () => {
    const index = JSON.parse(base.read('recomp-out/archive/artifact-index.json'));
    expect(index).toMatchObject({
      label: '//:archive',
      manifests: {
        intake: 'recomp-out/intake/module.json',
        validation: 'recomp-out/validate/validation-report.json',
      },
      configs: {
        reference: 'reference_video.toml',
        validation: 'validation_config.toml',
        input_script: 'input_script.toml',
      },
    });
    expect(base.read('recomp-out/archive/reports/validate/validation-report.json')).toBe(
      base.read('recomp-out/validate/validation-report.json'),
    );
    expect(base.read('recomp-out/archive/reports/intake/module.json')).toBe(
      base.read('recomp-out/intake/module.json'),
    );
    expect(JSON.parse(base.read('recomp-out/archive/provenance-manifest.json')).inputs).toHaveLength(2);
    expect(base.read('recomp-out/archive/SHA256SUMS').trimEnd().split('\n')).toHaveLength(
      index.artifacts.length,
    );
  });

  it('two runs of the same work, in two folders, give the same manifest but for the fields that are named', () => {
    const again = toyLoop();
    for (const name of ['frames', 'audio'])
      again.write(`reference/${name}.hashes`, base.read(`reference/${name}.hashes`));
    expect(again.automate()).toMatchObject({ code: 0 });
    const identity = (loop: ToyLoop): unknown =>
      JSON.parse(loop.read('.recomp/runs/latest/run-manifest.json'), (key, value) =>
        ['run_id', 'host_fingerprint', 'host', 'totals', 'cache_hit', 'stage_attempt', 'source'].includes(key)
          ? undefined
          : value,
      );
    expect(identity(again)).toEqual(identity(base));
  });
});
