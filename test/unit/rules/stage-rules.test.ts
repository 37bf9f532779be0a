import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { builtInRules } from '../../../rules/index.ts';
import { RUNTIME_SOURCES } from '../../../rules/recompiled-binary/runtime.ts';
import type { Json } from '../../../src/base/canonical-json.ts';
import type { ActionDecl } from '../../../src/model/action.ts';
import type { ConfiguredTarget } from '../../../src/model/target.ts';
import type { TargetDiagnostic } from '../../../src/rule-api/rule.ts';
import { liftProgram } from '../../helpers/lifted.ts';
import { label, resolved, type TargetParts } from '../../helpers/rule-fixtures.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Rules alone: whether the tools were built is of no interest here. */
function expand(
  rule: string,
  name: string,
  attributes: Readonly<Record<string, Json>>,
  parts: TargetParts = {},
  deps: readonly ConfiguredTarget[] = [],
  tools: readonly string[] = ['cc'],
): { readonly target?: ConfiguredTarget; readonly faults: readonly TargetDiagnostic[] } {
  const found = builtInRules.find((r) => r.name === rule);
  if (found === undefined) throw new Error(`no rule ${rule}`);
  const answer = found.expand({
    target: resolved(rule, name, attributes, parts),
    package: { name: 'recomp', root: `${ROOT}dist` },
    deps: new Map(deps.map((dep) => [dep.label, dep])),
    debug: true,
    hasTool: (name) => tools.includes(name),
  });
  return answer.ok ? { target: answer.target, faults: [] } : { faults: answer.diagnostics };
}

function good(...args: Parameters<typeof expand>): ConfiguredTarget {
  const { target, faults } = expand(...args);
  if (target === undefined) throw new Error(JSON.stringify(faults));
  return target;
}

const from = (attribute: string, target: ConfiguredTarget): TargetParts['labels'] => ({
  [attribute]: [target.label],
});

const intakeOf = (attributes: Readonly<Record<string, Json>> = {}, more: TargetParts['sources'] = {}) =>
  good(
    'homebrew_intake',
    'intake',
    { src: 'a.nro', ...attributes },
    { sources: { src: ['pkg/a.nro'], ...more } },
  );
const liftOf = (attributes: Readonly<Record<string, Json>> = {}, sources: TargetParts['sources'] = {}) => {
  const intake = intakeOf();
  return good(
    'homebrew_lift',
    'lift',
    { intake: ':intake', ...attributes },
    { labels: from('intake', intake) ?? {}, sources },
    [intake],
  );
};
const binaryOf = (attributes: Readonly<Record<string, Json>> = {}, tools: readonly string[] = ['cc']) => {
  const lift = liftOf();
  return good(
    'recompiled_binary',
    'build',
    { lift: ':lift', ...attributes },
    { labels: from('lift', lift) ?? {} },
    [lift],
    tools,
  );
};
const captureOf = (binary = binaryOf()) => {
  const parts = { labels: from('program', binary) ?? {}, sources: { script: ['pkg/in.toml'] } };
  return good('capture', 'capture', { program: ':build', script: 'in.toml' }, parts, [binary]);
};
const REFERENCE = ['pkg/reference/frames.hashes', 'pkg/reference/audio.hashes'];
const validateParts = (capture: ConfiguredTarget, reference: readonly string[]): TargetParts => ({
  labels: from('capture', capture) ?? {},
  sources: { reference, config: ['pkg/v.toml'] },
});

const inputsOf = (action: ActionDecl | undefined): string[] =>
  (action?.inputs ?? []).map((i) => (i.kind === 'group' ? `${i.owner}%${i.template}` : i.path)).sort();
const actionOf = (target: ConfiguredTarget, id: string) => target.actions.find((a) => a.id === id);

describe('homebrew_intake', () => {
  it('takes a program apart with a tool that is among the inputs', () => {
    const [action] = intakeOf().actions;
    expect(action).toMatchObject({
      argv: [
        ...['node', 'recomp-tools/recomp/tools/intake.mjs'],
        ...['--input', 'pkg/a.nro', '--out', 'recomp-out/pkg/intake'],
      ],
      outputs: [
        { path: 'recomp-out/pkg/intake/module.json', tree: false },
        { path: 'recomp-out/pkg/intake/segments', tree: true },
      ],
      tools: ['node'],
    });
    expect(inputsOf(action)).toEqual(['pkg/a.nro', 'recomp-tools/recomp/tools/intake.mjs']);
  });
  it('waits for what its provenance says', () => {
    const target = intakeOf({ provenance: 'p.toml', module_name: 'n' }, { provenance: ['pkg/p.toml'] });
    expect(target.actions).toHaveLength(2);
    expect(actionOf(target, 'intake')?.argv.slice(-2)).toEqual(['--name', 'n']);
    expect(inputsOf(actionOf(target, 'intake'))).toContain('recomp-out/pkg/intake/provenance.json');
    // A note in the provenance must not take the program apart again.
    expect(inputsOf(actionOf(target, 'intake'))).not.toContain('pkg/p.toml');
    expect(inputsOf(actionOf(target, 'provenance'))).toEqual([
      'pkg/a.nro',
      'pkg/p.toml',
      'recomp-tools/recomp/tools/provenance.mjs',
    ]);
  });
  it('takes one file', () => {
    const parts = { sources: { src: ['pkg/a.nro', 'pkg/b.nro'] } };
    const [fault] = expand('homebrew_intake', 'x', { src: ['a.nro', 'b.nro'] }, parts).faults;
    expect(fault).toMatchObject({
      attributePath: ['src'],
      message: 'src stands for 2 files: it must be exactly one',
    });
  });
});

describe('homebrew_lift', () => {
  const named = () => liftOf({ names: 'n.json', shard_bytes: 512 }, { names: ['pkg/n.json'] });
  it('lifts without knowing a name, so that a new one lifts nothing again', () => {
    const action = actionOf(named(), 'planlift');
    const module = ['recomp-out/pkg/intake/module.json', 'recomp-out/pkg/intake/segments'];
    expect(inputsOf(action)).toEqual([
      ...module,
      'recomp-out/pkg/lift/analysis/shape.json',
      'recomp-tools/recomp/tools/plan-lift.mjs',
    ]);
    expect(action?.argv.slice(-2)).toEqual(['--shard-bytes', '512']);
    const region = actionOf(named(), 'lift');
    expect(region?.each?.over).toBe('recomp-out/pkg/lift/regions');
    expect(inputsOf(region)).toEqual([...module, 'recomp-tools/recomp/tools/lift.mjs']);
    const image = actionOf(named(), 'encodeimage');
    expect(inputsOf(image)).toEqual([...module, 'recomp-tools/recomp/tools/encode-image.mjs']);
    expect(inputsOf(actionOf(named(), 'analyse'))).toContain('recomp-out/pkg/lift/analysis/hints.json');
    expect(inputsOf(actionOf(named(), 'analyse'))).not.toContain(
      'recomp-out/pkg/lift/analysis/name_map.json',
    );
    expect(inputsOf(actionOf(named(), 'names'))).toContain('pkg/n.json');
    expect(inputsOf(actionOf(named(), 'applynames'))).toContain('recomp-out/pkg/lift/analysis/name_map.json');
  });
  it('declares exactly what the tool writes', () => {
    const nro = readFileSync(`${ROOT}samples/first-light/first-light.nro`);
    const written = [...liftProgram('first-light', nro).keys()].map((path) =>
      path.replace(/^shards\/.*/, 'shards'),
    );
    const declared = (...ids: string[]): string[] =>
      ids.flatMap((id) =>
        (actionOf(liftOf(), id)?.outputs ?? []).map((o) =>
          o.path.replace(/recomp-out\/pkg\/lift\/(unnamed\/)?/, ''),
        ),
      );
    const named = declared('applynames');
    expect(named).toEqual(['shards', 'lift-report.json']);
    const all = new Set([...declared('planlift', 'encodeimage'), ...named, 'program.wasm']);
    all.delete('regions');
    expect(new Set(written)).toEqual(all);
  });
  it('wants an intake', () => {
    const group = good('filegroup', 'files', {});
    const { faults } = expand(
      'homebrew_lift',
      'l',
      { intake: ':files' },
      { labels: { intake: [label('files')] } },
      [group],
    );
    expect(faults).toMatchObject([
      {
        attributePath: ['intake'],
        message: 'intake names //pkg:files, which is a filegroup and offers no module',
        help: 'name a target of the rule homebrew_intake',
      },
    ]);
  });
  it.each([63, 1.5, '4096'])('refuses shards of %j bytes', (shard_bytes) => {
    const intake = intakeOf();
    const { faults } = expand(
      'homebrew_lift',
      'l',
      { intake: ':intake', shard_bytes },
      { labels: from('intake', intake) ?? {} },
      [intake],
    );
    expect(faults).toMatchObject([{ attributePath: ['shard_bytes'] }]);
  });
});

describe('recompiled_binary', () => {
  it('compiles each shard by itself, with headers but without the rest of the runtime', () => {
    const template = actionOf(binaryOf({ opt_level: '2' }), 'shards');
    expect(template?.each).toEqual({ over: 'recomp-out/pkg/lift/shards', include: ['**/*.c'], exclude: [] });
    expect(inputsOf(template)).toEqual(['recomp-tools/recomp/tools/runtime/include']);
    expect(template?.argv).toEqual(expect.arrayContaining(['cc', '-O2', '$(item)']));
    expect(template?.outputs).toEqual([
      { path: 'recomp-out/pkg/build/obj/shards/$(item.stem).o', tree: false },
    ]);
  });
  it('links everything into the program that recomp run starts', () => {
    const target = binaryOf({ program: 'game' });
    expect(target.provides.executable).toBe('recomp-out/pkg/build/game');
    const objects = ['image', 'program', ...RUNTIME_SOURCES.map((name) => `runtime/${name}`)];
    expect(inputsOf(actionOf(target, 'cclink'))).toEqual(
      ['//pkg:build%shards', ...objects.map((name) => `recomp-out/pkg/build/obj/${name}.o`)].sort(),
    );
  });
  it('knows every source of the runtime there is', () => {
    const there = readdirSync(`${ROOT}rules/recompiler/runtime`).filter((name) => name.endsWith('.c'));
    expect(RUNTIME_SOURCES.map((name) => `${name}.c`)).toEqual(there.sort());
  });
  it.each([
    ['auto', ['cc'], 'recomp-out/pkg/build/game', true],
    ['auto', [], 'recomp-out/pkg/build/game', false],
    ['c', [], 'recomp-out/pkg/build/game', true],
    ['wasm', ['cc'], 'recomp-out/pkg/build/game', false],
  ] as const)('with backend %s and tools %j makes %s', (backend, tools, executable, isNative) => {
    const target = binaryOf({ backend, program: 'game' }, tools);
    expect(target.provides.executable).toBe(executable);
    expect(target.actions.some((a) => a.tools.includes('cc'))).toBe(isNative);
    const wasm = isNative ? null : `${executable}.wasm`;
    expect(target.provides.providers).toEqual({ program: { wasm } });
  });
  it('packs the lifted module with what runs it, without a compiler', () => {
    const [lift, action, ...others] = binaryOf({ backend: 'wasm' }).actions;
    expect(others).toEqual([]);
    expect(inputsOf(lift)).toContain('recomp-out/pkg/lift/analysis/shape.json');
    expect(action?.tools).toEqual(['node']);
    expect(inputsOf(action)).toEqual([
      'recomp-out/pkg/build/unnamed.wasm',
      'recomp-out/pkg/lift/lift-report.json',
      'recomp-tools/recomp/tools/package-wasm.mjs',
      'recomp-tools/recomp/tools/run-wasm.mjs',
    ]);
    expect(action?.outputs.map((o) => o.path)).toEqual(
      ['', '.wasm', '.mjs'].map((end) => `recomp-out/pkg/build/build${end}`),
    );
  });
  it.each([{ backend: 'rust' }, { opt_level: 2 }, { program: '../x' }, { program: '.x' }])(
    'refuses %j',
    (attributes) => {
      const lift = liftOf();
      const { faults } = expand(
        'recompiled_binary',
        'b',
        { lift: ':lift', ...attributes },
        { labels: from('lift', lift) ?? {} },
        [lift],
      );
      expect(faults).toMatchObject([{ attributePath: Object.keys(attributes) }]);
    },
  );
});

describe('capture', () => {
  it('runs the program within a limit', () => {
    const [action] = captureOf().actions;
    expect(action).toMatchObject({
      timeoutMs: 600_000,
      outputs: [{ path: 'recomp-out/pkg/capture', tree: true }],
    });
    expect(inputsOf(action)).toEqual([
      'pkg/in.toml',
      'recomp-out/pkg/build/build',
      'recomp-tools/recomp/tools/capture.mjs',
    ]);
  });
  it('runs a WebAssembly module itself', () => {
    const inputs = inputsOf(captureOf(binaryOf({}, [])).actions[0]);
    expect(inputs).toContain('recomp-out/pkg/build/build.wasm');
    expect(inputs).not.toContain('recomp-out/pkg/build/build');
  });
  it('wants a program', () => {
    const group = good('filegroup', 'files', {});
    const parts = { labels: { program: [label('files')] }, sources: { script: ['pkg/in.toml'] } };
    const { faults } = expand('capture', 'c', { program: ':files', script: 'in.toml' }, parts, [group]);
    expect(faults).toMatchObject([{ message: 'program names //pkg:files, which makes no program' }]);
  });
});

describe('runtime_trace', () => {
  const traceOf = (binary: ConfiguredTarget) =>
    expand(
      'runtime_trace',
      'trace',
      { program: ':build', args: ['a'] },
      { labels: from('program', binary) ?? {} },
      [binary],
    );
  it('runs a native program', () => {
    const [action] = traceOf(binaryOf()).target?.actions ?? [];
    expect(action?.argv.slice(2)).toEqual([
      ...['--program', 'recomp-out/pkg/build/build', '--out', 'recomp-out/pkg/trace/runtime-trace.json'],
      ...['--argument', 'a'],
    ]);
  });
  it('runs a WebAssembly one with what lies beside it', () => {
    const [action] = traceOf(binaryOf({ backend: 'wasm' })).target?.actions ?? [];
    expect(inputsOf(action)).toEqual([
      ...['', '.mjs', '.wasm'].map((end) => `recomp-out/pkg/build/build${end}`),
      'recomp-tools/recomp/tools/trace.mjs',
    ]);
  });
  it('refuses another', () => {
    const group = good('filegroup', 'files', {});
    const parts = { labels: { program: [label('files')] } };
    const { faults } = expand('runtime_trace', 'trace', { program: ':files' }, parts, [group]);
    expect(faults).toMatchObject([{ attributePath: ['program'] }]);
  });
});

describe('validate', () => {
  it('has the report made by one action and the verdict by another', () => {
    const capture = captureOf();
    const attributes = { capture: ':capture', reference: REFERENCE, config: 'v.toml' };
    const target = good('validate', 'validate', attributes, validateParts(capture, REFERENCE), [capture]);
    const report = 'recomp-out/pkg/validate/validation-report.json';
    const page = 'recomp-out/pkg/validate/validation.html';
    expect(actionOf(target, 'validate')).toMatchObject({ outputs: [{ path: report }, { path: page }] });
    expect(inputsOf(actionOf(target, 'validate'))).toEqual([
      ...['pkg/reference/audio.hashes', 'pkg/reference/frames.hashes', 'pkg/v.toml'],
      ...['recomp-out/pkg/capture', 'recomp-tools/recomp/tools/validate.mjs'],
    ]);
    expect(actionOf(target, 'verdict')).toMatchObject({ outputs: [] });
    expect(inputsOf(actionOf(target, 'verdict'))).toEqual([report, 'recomp-tools/recomp/tools/verdict.mjs']);
  });
  it.each([
    ['no frames', ['pkg/r/audio.hashes'], 'reference has no frames.hashes'],
    [
      'two folders',
      ['pkg/r/frames.hashes', 'pkg/s/audio.hashes'],
      'the files of reference lie in 2 folders: it must be one',
    ],
  ])('refuses %s', (_name, reference, message) => {
    const capture = captureOf();
    const { faults } = expand(
      'validate',
      'v',
      { capture: ':capture', reference },
      validateParts(capture, reference),
      [capture],
    );
    expect(faults).toMatchObject([{ attributePath: ['reference'], message }]);
  });
});
