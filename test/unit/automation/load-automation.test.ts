import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadAutomation } from '../../../src/automation/load-automation.ts';
import { labelName } from '../../../src/model/label.ts';
import { createNodeReader } from '../../../src/workspace/node-reader.ts';

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const SHA = 'a'.repeat(64);
const provenance = (title: string, format: string): string =>
  `[title]\ntitle_id = "${title}"\n[[inputs]]\npath = "p.bin"\nsha256 = "${SHA}"\nformat = "${format}"\n`;
const REFERENCE = '[hashes.frames]\nformat = "list"\npath = "f.hashes"\n';
const HOMEBREW = `schema_version = 1
[inputs]
mode = "homebrew"
nro = "p.nro"
provenance = "provenance.toml"
[outputs]
work_root = "out"
[reference]
reference_video_toml = "reference_video.toml"
input_script_toml = "in.toml"
`;

function load(text: string, files: Readonly<Record<string, string>> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'recomp-automation-'));
  made.push(root);
  const all = {
    'automation.toml': text,
    'provenance.toml': provenance('homebrew', 'nro0'),
    'reference_video.toml': REFERENCE,
    ...files,
  };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(root, 'title', path)), { recursive: true });
    writeFileSync(join(root, 'title', path), content);
  }
  return loadAutomation(createNodeReader(root), 'title');
}

const stages = (loaded: ReturnType<typeof load>): string[] =>
  loaded.targets.map((t) => `${labelName(t.label)} ${t.rule}`);
const faults = (loaded: ReturnType<typeof load>): string[] =>
  loaded.diagnostics.map((d) => `${d.span?.line}:${d.span?.column} ${d.message}; ${d.help}`);

describe('an automation.toml', () => {
  it('is the stages of the loop, made by recomp’s own rules', () => {
    const loaded = load(HOMEBREW);
    expect(faults(loaded)).toEqual([]);
    expect(stages(loaded)).toEqual([
      'intake homebrew_intake',
      'lift homebrew_lift',
      'build recompiled_binary',
      'capture capture',
      'validate validate',
      'archive archive',
    ]);
    expect(loaded.targets.every((t) => t.taint === undefined)).toBe(true);
  });

  it('has an analysis where one is configured, and the lift takes its names', () => {
    const loaded = load(
      `${HOMEBREW}[analysis]\ncommand = ["find-names", "$(module)", "$(out)"]\nexpected_outputs = ["names/map.json"]\nname_map_json = "./names/map.json"\n`,
    );
    expect(stages(loaded)[1]).toBe('analysis analysis');
    const [, analysis, lift] = loaded.targets;
    expect(analysis?.attributes).toMatchObject({
      outs: ['names/map.json'],
      name_map: 'names/map.json',
      tools: ['find-names'],
    });
    expect(lift?.attributes).toEqual({ intake: ':intake', analysis: [':analysis'] });
    expect(loaded.tools.map(({ decl, explicit }) => [decl.name, decl.command, explicit])).toContainEqual([
      'find-names',
      'find-names',
      false,
    ]);
  });

  it('takes a file as the name map too', () => {
    const [, analysis, lift] = load(`${HOMEBREW}[analysis]\nname_map_json = "names.json"\n`).targets;
    expect(analysis?.attributes).toEqual({ intake: ':intake', names: 'names.json' });
    expect(lift?.attributes).toEqual({ intake: ':intake', analysis: [':analysis'] });
  });

  it('gives the analysis what disassemblers and a trace know, and refuses what nobody would read', () => {
    const loaded = load(
      `${HOMEBREW}[analysis]\ncommand = ["node", "e.mjs", "$(stage)"]\nexpected_outputs = ["f.csv"]\nsymbols = ["./f.csv", "more.txt"]\nruntime_trace_manifest = "t.json"\nleast_evidence = 0.5\nrecord_trace = true\n`,
    );
    expect(loaded.targets[1]?.attributes).toMatchObject({
      exports: ['f.csv'],
      symbols: ['more.txt'],
      trace: 't.json',
      least_evidence: 0.5,
    });
    expect(stages(loaded)).toContain('trace runtime_trace');
    const other = HOMEBREW.replace(
      'mode = "homebrew"\nnro = "p.nro"',
      'mode = "lifted"\nmodule_json = "m.json"',
    );
    expect(
      faults(load(`${other}[analysis]\nsymbols = ["a"]\nexpected_outputs = ["b"]\n`)).join('\n'),
    ).toMatch(/analysis\.symbols is not read in mode lifted[\s\S]*there is none/);
  });

  it('has commands of the user’s in the other modes, their files among the inputs', () => {
    const loaded = load(
      HOMEBREW.replace(
        'mode = "homebrew"\nnro = "p.nro"',
        'mode = "xci"\nxci = "/far/a.xci"\nkeys = "/far/keys"',
      ) +
        '[tools]\nunpack = "/opt/unpack"\n[commands]\nintake = ["unpack", "$(xci)"]\nlift = { argv = ["node", "tools/lift.mjs", "$(out)"], outs = ["p.c"], env = { A = "b" } }\nbuild = ["cc", "$(lifted)"]\nrun = ["$(program)"]\n[capture]\nframes_dir = "frames/"\n',
      { 'tools/lift.mjs': '' },
    );
    expect(faults(loaded)).toEqual([]);
    expect(stages(loaded).slice(0, 4)).toEqual([
      'intake xci_intake',
      'lift external_lift',
      'build external_build',
      'capture external_capture',
    ]);
    const [intake, lift, , capture] = loaded.targets;
    expect(intake?.attributes).toMatchObject({
      xci: { external: '/far/a.xci' },
      keys: { external: '/far/keys' },
      tools: ['unpack'],
    });
    expect(lift?.attributes).toMatchObject({
      argv: ['node', 'title/tools/lift.mjs', '$(out)'],
      inputs: [],
      scripts: ['tools/lift.mjs'],
      outs: ['p.c'],
      env: { A: 'b' },
      tools: ['node'],
    });
    expect(capture?.attributes).toMatchObject({
      frames_dir: 'frames',
      run: { argv: ['$(program)'], tools: [] },
    });
    expect(loaded.tools).toContainEqual(
      expect.objectContaining({
        explicit: true,
        decl: expect.objectContaining({ name: 'unpack', command: '/opt/unpack' }),
      }),
    );
  });

  it('passes on what was lifted elsewhere', () => {
    const text = HOMEBREW.replace(
      'mode = "homebrew"\nnro = "p.nro"',
      'mode = "lifted"\nmodule_json = "m.json"',
    );
    const loaded = load(
      `${text}[commands]\nbuild = ["cc", "$(lifted)"]\nrun = ["$(program)"]\n[capture]\nframes_dir = "f"\n`,
    );
    expect(faults(loaded)).toEqual([]);
    expect(stages(loaded).slice(0, 2)).toEqual(['intake lifted_intake', 'lift alias']);
  });

  it('taints every stage where an input is proprietary', () => {
    const loaded = load(HOMEBREW, { 'provenance.toml': provenance('0100', 'xci') });
    expect(loaded.targets.map((t) => t.taint)).toEqual(loaded.targets.map(() => ({ workRoot: 'title/out' })));
  });

  it('gives gates and scenes to the validation as they stand', () => {
    const validate = load(
      `${HOMEBREW}[gates.hash]\nmax_drift_frames = 2\n[[scenes]]\nid = "a"\nstart = 0\nend = "00:00:02"\n`,
    ).targets[4];
    expect(validate?.attributes['gates']).toBe(
      '[gates.hash]\nmax_drift_frames = 2\n[[scenes]]\nid = "a"\nstart = 0\nend = "00:00:02"',
    );
  });
});

describe('what is wrong with it is shown at its place', () => {
  it.each([
    [
      'a misspelt key',
      HOMEBREW.replace('nro =', 'nroo ='),
      '4:1 unknown key "nroo" in [inputs]; did you mean "nro"?',
    ],
    [
      'a misspelt section',
      `${HOMEBREW}[polcy]\n`,
      '11:2 unknown key "polcy" at the top level; did you mean "policy"?',
    ],
    ['another version', HOMEBREW.replace('= 1', '= 2'), '1:18 expected 1, found 2; undefined'],
    [
      'a key that the mode does not read',
      HOMEBREW.replace('nro = "p.nro"', 'nro = "p.nro"\nxci = "a"'),
      '5:1 inputs.xci is not read in mode homebrew, only in xci; take it out',
    ],
    [
      'a path to what another target makes',
      HOMEBREW.replace('"p.nro"', '"../recomp-out/p.nro"'),
      '4:7 "../recomp-out/p.nro" lies in recomp-out: it is made by a target',
    ],
    [
      'a mode without its input',
      HOMEBREW.replace('nro = "p.nro"\n', ''),
      '2:2 mode homebrew needs inputs.nro; add nro = "program.nro"',
    ],
    [
      'an empty command',
      `${HOMEBREW}[commands]\nbuild = []\n`,
      '12:9 a command has at least one word; undefined',
    ],
    [
      'a bad window',
      `${HOMEBREW}[policy]\nrun_windows = ["25:00-26:00"]\n`,
      '12:16 expected a time of the day',
    ],
    [
      'a mode that is not there',
      `${HOMEBREW}[policy]\nexecution_mode = "cloud"\n`,
      '12:18 execution_mode "cloud" needs services that are not there: a run control plane, a shared artifact store, a metadata store, a job queue, workers',
    ],
    [
      'two scenes of one name',
      `${HOMEBREW}[[scenes]]\nid = "a"\nstart = 0\nend = 1\n[[scenes]]\nid = "a"\nstart = 1\nend = 2\n`,
      '16:1 there are two scenes called "a"',
    ],
    [
      'NSO files for the own intake',
      HOMEBREW.replace('nro = "p.nro"', 'nso = ["main"]'),
      '4:1 recomp’s own intake reads an NRO or a static arm64 ELF, and no NSO files; name the program in nro',
    ],
    [
      'a backend that nobody uses',
      `${HOMEBREW}[run]\nbackend = "wasm"\n[commands]\nbuild = ["make"]\nrun = ["make"]\n[capture]\nframes_dir = "f"\n`,
      '12:1 run.backend is not read where commands.build does the work',
    ],
    [
      'a program that begins elsewhere',
      `${HOMEBREW}[run]\nlift_entry = "start"\n`,
      '12:1 the lift begins where the program itself does',
    ],
  ])('%s', (_name, text, expected) => {
    const found = faults(load(text));
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]).toContain(expected);
  });

  it('hands the backend to the build, which wants no compiler for WebAssembly', () => {
    const loaded = load(`${HOMEBREW}[run]\nbackend = "wasm"\n`);
    expect(faults(loaded)).toEqual([]);
    expect(loaded.targets.find((t) => t.rule === 'recompiled_binary')?.attributes['backend']).toBe('wasm');
    expect(loaded.tools.map(({ decl }) => decl.name)).not.toContain('cc');
    expect(load(HOMEBREW).tools.map(({ decl }) => decl.name)).toContain('cc');
  });

  it('takes what its paths name by `..` as if it were named absolutely', () => {
    const loaded = load(HOMEBREW.replace('"p.nro"', '"../../far/p.nro"'));
    expect(faults(loaded)).toEqual([]);
    const [intake] = loaded.targets;
    expect(intake?.attributes['src']).toEqual({ external: expect.stringMatching(/^\/.*[^.]\/far\/p\.nro$/) });
    const shared = load(HOMEBREW.replace('"provenance.toml"', '"../shared/p.toml"'), {
      '../shared/p.toml': provenance('homebrew', 'nro0'),
    });
    expect(faults(shared)).toEqual([]);
    expect(shared.provenance?.title?.title_id).toBe('homebrew');
    expect(faults(load(HOMEBREW.replace('"provenance.toml"', '"../../p.toml"')))[0]).toContain(
      'lies outside the workspace',
    );
  });

  it('a provenance that is not there, or outside', () => {
    expect(faults(load(HOMEBREW.replace('"provenance.toml"', '"prov.toml"')))[0]).toMatch(
      /^5:14 the file title\/prov.toml does not exist/,
    );
    expect(faults(load(HOMEBREW.replace('"provenance.toml"', '"/prov.toml"')))[0]).toMatch(
      /^5:14 inputs.provenance lies outside the workspace/,
    );
  });
});

describe('[outputs]', () => {
  const outputs = (...lines: string[]): string => HOMEBREW.replace('work_root = "out"', lines.join('\n'));

  it.each([
    [['work_root = "/far/work"', 'build_dir = "/far/work/b"', 'run_manifest = "../m.json"']],
    [['work_root = "../beside"', 'log_dir = "logs"']],
    [['work_root = "."', 'lifted_module_json = "a/b.json"']],
  ])('may lie in the workspace and in a work_root that is written absolutely: %j', (lines) =>
    expect(faults(load(outputs(...lines)))).toEqual([]),
  );

  it.each([
    [['work_root = "../../far"'], /^7:13 outputs.work_root leaves the workspace by `..`; .*"\/.*far"$/],
    [
      ['work_root = "out"', 'build_dir = "/etc/cron.d"'],
      /^8:13 outputs.build_dir lies neither in the workspace/,
    ],
    [['work_root = "/far/work"', 'log_dir = "/far/works"'], /^8:11 outputs.log_dir lies neither/],
    [['work_root = "out"', 'run_manifest = "../../m.json"'], /^8:16 outputs.run_manifest lies neither/],
    [['work_root = "out"', 'build_dir = ".git/hooks"'], /^8:13 outputs.build_dir lies in .git, /],
    [['work_root = "/home/me/other/.git"'], /^7:13 outputs.work_root lies in .git, /],
    [['work_root = "out"', 'lift_dir = "../.recomp/state"'], /^8:12 outputs.lift_dir lies in .recomp, /],
    [['work_root = "../recomp-out"'], /^7:13 outputs.work_root lies in recomp-out, /],
  ])('may lie nowhere else: %j', (lines, fault) => {
    const [first, ...more] = faults(load(outputs(...lines)));
    expect(first).toMatch(fault);
    expect(more).toEqual([]);
  });
});

describe('what stands in files beside it', () => {
  it('is looked at before anything runs: title.toml, and the times of scenes', () => {
    const xci = HOMEBREW.replace('nro = "p.nro"', 'nro = "p.nro"\nconfig = "title.toml"');
    const commands = '[commands]\nbuild = ["node"]\nrun = ["node"]\n[capture]\nframes_dir = "f"\n';
    const title = 'title = 3\nmine = true\n[stubs]\nsvc_log = "shout"\n';
    expect(faults(load(xci + commands, { 'title.toml': title }))).toEqual([
      '1:9 expected a string, found the number 3; undefined',
      '4:11 expected "log", "noop", "panic", found "shout"; undefined',
    ]);
    const scenes =
      '[[scenes]]\nid = "a"\nstart = "soon"\nend = 3\n[[scenes]]\nid = "b"\nstart = "0:05"\nend = 5\n';
    expect(faults(load(`${HOMEBREW}${scenes}`))).toEqual([
      '13:9 "soon" is no time; seconds, or "h:mm:ss.mmm"',
    ]);
    expect(faults(load(HOMEBREW + scenes.replace('"soon"', '"0:02"')))).toEqual([
      '18:1 the scene "b" ends before it begins; a scene ends after its start',
    ]);
  });
});
