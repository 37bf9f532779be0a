import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actionKey, actionMessages } from '../../../src/fingerprint/action-key.ts';
import { describeKey, type KeyPart } from '../../../src/fingerprint/describe-key.ts';
import { digestBytes, sha256 } from '../../../src/fingerprint/digest-bytes.ts';
import { firstDifference } from '../../../src/fingerprint/first-difference.ts';
import type { ResolvedAction, ResolvedInput } from '../../../src/fingerprint/resolved-action.ts';
import { rootDigestOf } from '../../../src/fingerprint/tree.ts';
import { FIXED_ENV } from '../../../src/model/action-environment.ts';
import type { TreeContent } from '../../../src/model/result.ts';

const digest = fc.string({ maxLength: 4 }).map((text) => digestBytes(Buffer.from(text)));
const word = fc.string({ unit: 'grapheme', maxLength: 12 });
const name = fc.stringMatching(/^[A-Z_]{1,6}$/).filter((n) => !(n in FIXED_ENV));
const dictionary = fc.dictionary(name, word, { maxKeys: 3, noNullPrototype: true });
const leaf = fc.uniqueArray(fc.stringMatching(/^[a-z\u00e0-\u00ff]{1,3}$/), { minLength: 1, maxLength: 4 });

/** Distinct names below distinct folders: no path lies in another. */
const paths = (top: string) =>
  leaf.map((names) => names.map((n, i) => (i % 2 ? `${top}/${n}/x` : `${top}/f-${n}`)));

const tree = fc.tuple(paths('t'), digest, fc.boolean()).map(
  ([found, of, executable]): TreeContent => ({
    files: found.map((path) => ({ path, digest: of, executable })),
    links: [{ path: 'link', target: 't' }],
    emptyDirs: ['void'],
  }),
);

const inputs = fc
  .tuple(paths('src'), digest, fc.boolean(), tree)
  .map(([files, of, executable, content]): ResolvedInput[] => [
    ...files.map((path) => ({ kind: 'file' as const, path, digest: of, executable })),
    { kind: 'tree', path: 'recomp-out/gen', rootDigest: rootDigestOf(content), content },
  ]);

const action: fc.Arbitrary<ResolvedAction> = fc.record({
  argv: fc.array(word, { minLength: 1, maxLength: 4 }),
  env: dictionary,
  inputs,
  outputs: paths('recomp-out/o').map((found) => found.map((path, i) => ({ path, tree: i % 2 === 1 }))),
  timeoutMs: fc.nat({ max: 10_000_000 }),
  network: fc.boolean(),
  doNotCache: fc.boolean(),
  platform: dictionary,
  base: dictionary,
  tools: fc
    .uniqueArray(fc.stringMatching(/^[a-z]{1,4}$/), { maxLength: 3 })
    .map((names) => names.map((n) => ({ name: n, version: `${n} 1.0`, digest: sha256(n) }))),
});

interface Mutation {
  readonly part: KeyPart;
  readonly fields: readonly string[];
  readonly action: ResolvedAction;
}

const other = { hash: sha256('something else'), size: 14 };

/** Every single thing that can differ, and what it must be called. */
function* mutations(a: ResolvedAction): Generator<Mutation> {
  const with_ = (part: KeyPart, fields: string | string[], change: Partial<ResolvedAction>): Mutation => ({
    part,
    fields: [fields].flat(),
    action: { ...a, ...change },
  });
  for (const [i, old] of a.argv.entries())
    yield with_('command', `argv[${i}]`, { argv: a.argv.with(i, `${old}!`) });
  yield with_('command', `argv[${a.argv.length}]`, { argv: [...a.argv, ''] });
  for (const key of Object.keys(a.env)) {
    yield with_('command', `env.${key}`, { env: { ...a.env, [key]: `${a.env[key]}!` } });
    const { [key]: _, ...less } = a.env;
    yield with_('command', `env.${key}`, { env: less });
  }
  yield with_('command', 'env.new', { env: { ...a.env, new: '' } });
  yield with_('command', 'env.LANG', { env: { ...a.env, LANG: 'C' } });
  for (const [i, out] of a.outputs.entries()) {
    yield with_('command', `output ${out.path}`, { outputs: a.outputs.with(i, { ...out, tree: !out.tree }) });
    yield with_('command', `output ${out.path}`, { outputs: a.outputs.toSpliced(i, 1) });
  }
  yield with_('command', 'timeout', { timeoutMs: (a.timeoutMs ?? 0) + 1 });
  const { timeoutMs: _, ...withoutTimeout } = a;
  yield { part: 'command', fields: ['timeout'], action: withoutTimeout };
  yield with_('command', 'cacheable', { doNotCache: !a.doNotCache });
  for (const key of [...Object.keys(a.platform ?? {}), 'new']) {
    yield with_('command', `platform.${key}`, {
      platform: { ...a.platform, [key]: `${a.platform?.[key]}!` },
    });
  }
  yield with_('tools', 'network', { network: !a.network });
  for (const key of [...Object.keys(a.base), 'new']) {
    yield with_('tools', `base ${key}`, { base: { ...a.base, [key]: `${a.base[key]}!` } });
  }
  for (const [i, tool] of a.tools.entries()) {
    yield with_('tools', `tool ${tool.name} version`, { tools: a.tools.with(i, { ...tool, version: '2' }) });
    yield with_('tools', `tool ${tool.name} digest`, {
      tools: a.tools.with(i, { ...tool, digest: other.hash }),
    });
    const both = [`tool ${tool.name} version`, `tool ${tool.name} digest`];
    yield with_('tools', both, { tools: a.tools.toSpliced(i, 1) });
  }
  for (const [i, input] of a.inputs.entries()) {
    for (const { fields, changed } of changedInputs(input)) {
      yield with_('inputs', fields, {
        inputs: changed ? a.inputs.with(i, changed) : a.inputs.toSpliced(i, 1),
      });
    }
  }
}

function* changedInputs(input: ResolvedInput): Generator<{ fields: string[]; changed?: ResolvedInput }> {
  const fields = [`input ${input.path}`];
  if (input.kind === 'file') {
    yield { fields, changed: { ...input, digest: other } };
    yield { fields, changed: { ...input, executable: !input.executable } };
    yield { fields: [...fields, `input ${input.path}2`], changed: { ...input, path: `${input.path}2` } };
    yield { fields };
    return;
  }
  const { files, links } = input.content;
  const contents: [string, TreeContent][] = [
    ...files.map((f, i): [string, TreeContent] => [
      f.path,
      { ...input.content, files: files.with(i, { ...f, digest: other }) },
    ]),
    ...files.map((f, i): [string, TreeContent] => [
      f.path,
      { ...input.content, files: files.with(i, { ...f, executable: !f.executable }) },
    ]),
    ...links.map((l, i): [string, TreeContent] => [
      l.path,
      { ...input.content, links: links.with(i, { ...l, target: 'u' }) },
    ]),
    ['new/', { ...input.content, emptyDirs: [...input.content.emptyDirs, 'new'] }],
  ];
  for (const [inner, content] of contents) {
    const changed = { ...input, content, rootDigest: rootDigestOf(content) };
    yield { fields: [`input ${input.path}/${inner}`], changed };
  }
}

describe('action key', () => {
  it('changes with every single field, and the explanation names exactly that field', () => {
    fc.assert(
      fc.property(action, (before) => {
        const old = actionKey(before);
        for (const { part, fields, action: after } of mutations(before)) {
          const now = actionKey(after);
          expect(now.key, fields[0]).not.toBe(old.key);
          const changed = firstDifference(describeKey(before), describeKey(after));
          expect(changed.map((c) => c.field).sort()).toEqual([...fields].sort());
          expect(new Set(changed.map((c) => c.part))).toEqual(new Set([part]));
          const parts = { ...old.parts, [part]: now.parts[part] };
          expect(now.parts).toEqual(parts);
          expect(now.parts[part]).not.toBe(old.parts[part]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('covers every member of a resolved action', () => {
    const [sample] = fc.sample(action, 1);
    expect(Object.keys(sample ?? {}).sort()).toEqual(
      [
        'argv',
        'base',
        'doNotCache',
        'env',
        'inputs',
        'network',
        'outputs',
        'platform',
        'timeoutMs',
        'tools',
      ].sort(),
    );
  });

  it('does not depend on the order in which sets are given', () => {
    const back = (record: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(record).reverse());
    fc.assert(
      fc.property(action, (a) => {
        const turned = {
          ...a,
          env: back(a.env),
          base: back(a.base),
          platform: back(a.platform ?? {}),
          inputs: [...a.inputs].reverse(),
          outputs: [...a.outputs].reverse(),
          tools: [...a.tools].reverse(),
        };
        expect(actionKey(turned)).toEqual(actionKey(a));
        expect(describeKey(turned)).toEqual(describeKey(a));
      }),
      { numRuns: 50 },
    );
  });

  it('is the digest of the Action message, and its messages hang together', () => {
    fc.assert(
      fc.property(action, (a) => {
        const messages = actionMessages(a);
        expect(messages.key).toBe(actionKey(a).key);
        expect(messages.actionDigest).toEqual(digestBytes(messages.action));
        expect(messages.commandDigest).toEqual(digestBytes(messages.command));
        expect(messages.inputRoot.hash).toBe(actionKey(a).parts.inputs);
        for (const [hash, bytes] of messages.directories) expect(sha256(bytes)).toBe(hash);
        expect(messages.directories.has(messages.inputRoot.hash)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('takes a directory as an input for the same folder whether given whole or file by file', () => {
    const [a] = fc.sample(action, 1);
    if (a === undefined) throw new Error('no sample');
    const content = { files: [{ path: 'x/y', digest: other, executable: true }], links: [], emptyDirs: [] };
    const whole: ResolvedInput = { kind: 'tree', path: 'd', rootDigest: rootDigestOf(content), content };
    const single: ResolvedInput = { kind: 'file', path: 'd/x/y', digest: other, executable: true };
    expect(actionKey({ ...a, inputs: [whole] }).key).toBe(actionKey({ ...a, inputs: [single] }).key);
  });

  const plain: ResolvedAction = {
    argv: ['true'],
    env: {},
    inputs: [],
    outputs: [],
    network: false,
    doNotCache: false,
    base: {},
    tools: [],
  };
  const at = (path: string): ResolvedInput => ({ kind: 'file', path, digest: other, executable: false });
  const empty = { files: [], links: [], emptyDirs: [] };
  const treeAt = (path: string): ResolvedInput => ({
    kind: 'tree',
    path,
    rootDigest: rootDigestOf(empty),
    content: empty,
  });

  it.each([
    ['two files at one path', [at('a'), at('a')]],
    ['a file inside a file', [at('a'), at('a/b')]],
    ['a file inside a directory input', [treeAt('a'), at('a/b')]],
    ['a directory input inside a file', [at('a'), treeAt('a/b')]],
    ['a directory input over files', [at('a/b'), treeAt('a')]],
    ['a path that climbs', [at('../a')]],
    ['an absolute path', [at('/a')]],
  ])('refuses %s', (_, bad) => {
    expect(() => actionKey({ ...plain, inputs: bad })).toThrow();
  });

  it('refuses two tools or outputs of one name, and content that is not its digest', () => {
    const tool = { name: 'cc', version: '1', digest: other.hash };
    expect(() => actionKey({ ...plain, tools: [tool, tool] })).toThrow('declared twice');
    const output = { path: 'o', tree: false };
    expect(() => actionKey({ ...plain, outputs: [output, { ...output, tree: true }] })).toThrow(
      'declared twice',
    );
    const lie: ResolvedInput = { kind: 'tree', path: 'd', rootDigest: other, content: empty };
    expect(() => actionMessages({ ...plain, inputs: [lie] })).toThrow('not the digest of its content');
  });

  it('stays what it was: other machines hold results under it', () => {
    expect(actionKey(plain)).toMatchInlineSnapshot(`
      {
        "key": "ac626accd7820a04127c08ac368a3c3035c0677e9f7471e7594a00d9cb8e454e",
        "parts": {
          "command": "d3dd632d52da57f1aa5ad1a6da65504d3accad014e111640b66753540427fcaa",
          "inputs": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
          "tools": "99706f9691a08426b9716f5bde33597e07fb57d0d73bed3af4d3c6da0e16641d",
        },
        "size": 193,
      }
    `);
  });

  it('holds the fixed environment, which an action cannot replace', () => {
    const fields = new Map(
      describeKey({ ...plain, env: { PATH: '/evil', TZ: 'CET' } }).map((f) => [f.field, f.value]),
    );
    expect(fields.get('env.PATH')).toBe('/recomp/bin:/usr/bin:/bin');
    expect(fields.get('env.HOME')).toBe('/recomp/home');
    expect(fields.get('env.TMPDIR')).toBe('/recomp/tmp');
    expect(fields.get('env.LANG')).toBe('C.UTF-8');
    expect(fields.get('env.TZ')).toBe('CET');
  });
});

describe('the most telling change comes first', () => {
  const field = (part: KeyPart, name: string, value: string) => ({ part, field: name, value });
  const before = [
    field('tools', 'tool cc version', '1'),
    field('command', 'argv[1]', 'a.c'),
    field('inputs', 'input a.c', '1'),
    field('inputs', 'input recomp-out/gen.c', '1'),
  ];
  const names = (after: typeof before) => firstDifference(before, after).map((c) => c.field);

  it('a tool before all else', () => {
    expect(names(before.map((f) => ({ ...f, value: '2' })))).toEqual([
      'tool cc version',
      'argv[1]',
      'input a.c',
      'input recomp-out/gen.c',
    ]);
  });

  it('a new source before the arguments it brings', () => {
    const after = [...before, field('command', 'argv[2]', 'b.c'), field('inputs', 'input b.c', '1')];
    expect(names(after)).toEqual(['input b.c', 'argv[2]']);
    expect(firstDifference(after, before).map((c) => c.field)).toEqual(['input b.c', 'argv[2]']);
  });

  it('tells before and after, and nothing when nothing changed', () => {
    expect(firstDifference(before, before)).toEqual([]);
    expect(firstDifference(before, before.slice(1))).toEqual([
      { part: 'tools', field: 'tool cc version', before: '1' },
    ]);
    expect(firstDifference(before.slice(1), before)).toEqual([
      { part: 'tools', field: 'tool cc version', after: '1' },
    ]);
  });
});
