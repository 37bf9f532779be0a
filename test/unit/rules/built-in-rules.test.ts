import { describe, expect, it } from 'vitest';
import { builtInRules } from '../../../rules/index.ts';
import type { Json } from '../../../src/base/canonical-json.ts';
import { inProcessExpander } from '../../../src/expand/in-process-expander.ts';
import type { SourceFile } from '../../../src/model/target.ts';
import { label, resolved, type TargetParts } from '../../helpers/rule-fixtures.ts';

const expander = inProcessExpander({ rules: builtInRules, root: '/nowhere' });
const expand = (...targets: ReturnType<typeof resolved>[]) => expander.expand(targets, []);

async function one(rule: string, attributes: Readonly<Record<string, Json>>, parts: TargetParts = {}) {
  const { targets, diagnostics } = await expand(...givers, resolved(rule, 't', attributes, parts));
  return { target: targets.find((t) => t.label === '//pkg:t'), diagnostics };
}
const action = async (rule: string, attributes: Readonly<Record<string, Json>>, parts?: TargetParts) => {
  const { target, diagnostics } = await one(rule, attributes, parts);
  expect(diagnostics).toEqual([]);
  return target?.actions[0];
};
const faults = async (rule: string, attributes: Readonly<Record<string, Json>>, parts?: TargetParts) =>
  (await one(rule, attributes, parts)).diagnostics.map(({ code, attributePath, message, help }) => ({
    code,
    at: attributePath?.join('.'),
    message,
    help,
  }));

const external: SourceFile = {
  kind: 'external',
  from: '/data/game.bin',
  path: 'recomp-external/game.bin',
  sha256: 'a'.repeat(64),
};
/** Targets to depend on. */
const givers = [
  resolved('command', 'tree', { out_dirs: ['pages'], shell: 'x' }),
  resolved('filegroup', 'group', { srcs: [] }, { sources: { srcs: ['pkg/g1', external] } }),
];
const deps = { deps: [label('tree'), label('group')] };

describe('command', () => {
  it('runs a script with its variables', async () => {
    const declared = await action(
      'command',
      {
        shell: 'cat $SRCS $DEPS > $OUT',
        srcs: ['*'],
        deps: [':tree', ':group'],
        outs: ['a/x'],
        env: { MODE: 'fast' },
        tools: ['cc'],
        timeout: '500ms',
      },
      { sources: { srcs: ['pkg/a', 'pkg/b'] }, labels: deps },
    );
    expect(declared).toEqual({
      id: 'command',
      mnemonic: 'Command',
      argv: ['/bin/sh', '-c', 'cat $SRCS $DEPS > $OUT'],
      env: {
        MODE: 'fast',
        SRCS: 'pkg/a pkg/b',
        DEPS: 'recomp-out/pkg/pages pkg/g1 recomp-external/game.bin',
        OUTS: 'recomp-out/pkg/a/x',
        OUT: 'recomp-out/pkg/a/x',
      },
      inputs: [
        { kind: 'source', path: 'pkg/a' },
        { kind: 'source', path: 'pkg/b' },
        { kind: 'output', path: 'recomp-out/pkg/pages' },
        { kind: 'source', path: 'pkg/g1' },
        external,
      ],
      outputs: [{ path: 'recomp-out/pkg/a/x', tree: false }],
      tools: ['cc'],
      timeoutMs: 500,
      network: false,
      retries: 0,
    });
  });

  it('opens $(…) in argv, whole words to as many as there are', async () => {
    const declared = await action(
      'command',
      {
        argv: ['cc', '$(srcs)', '--out=$(out)', '$(deps)', '@$(srcs_file)', '$$(srcs)', 'a$b', '$(outs)'],
        outs: ['o'],
      },
      { sources: { srcs: ['pkg/a b', 'pkg/c'] }, labels: deps },
    );
    expect(declared?.argv).toEqual([
      'cc',
      'pkg/a b',
      'pkg/c',
      '--out=recomp-out/pkg/o',
      'recomp-out/pkg/pages',
      'pkg/g1',
      'recomp-external/game.bin',
      '@recomp-out/.params/pkg/t.srcs',
      '$(srcs)',
      'a$b',
      'recomp-out/pkg/o',
    ]);
    expect(declared?.env).toEqual({});
  });

  it('stages the lists that a command line names, one path a line', async () => {
    const list = { kind: 'inline', path: 'recomp-out/.params/pkg/t.srcs', lines: ['pkg/a b', 'pkg/c'] };
    const parts = { sources: { srcs: ['pkg/a b', 'pkg/c'] } };
    const inShell = await action('command', { shell: 'xargs < "$SRCS_FILE"', outs: ['o'] }, parts);
    expect(inShell?.inputs).toContainEqual(list);
    expect(inShell?.env).toMatchObject({ SRCS_FILE: list.path });
    expect(inShell?.env).not.toHaveProperty('SRCS');
    expect(
      (await action('command', { argv: ['x', '@$(srcs_file)'], outs: ['o'] }, parts))?.inputs,
    ).toContainEqual(list);
    expect(
      (await action('command', { argv: ['x', '$(srcs)'], outs: ['o'] }, parts))?.inputs,
    ).not.toContainEqual(list);
  });

  it('lies in the root package too', async () => {
    const declared = await expand(resolved('command', 't', { outs: ['x'], shell: ':' }, { package: '' }));
    expect(declared.targets[0]?.actions[0]?.outputs).toEqual([{ path: 'recomp-out/x', tree: false }]);
  });

  it('pins digests, and takes retries, pool, platform and network', async () => {
    const sha256 = 'b'.repeat(64);
    const declared = await action('command', {
      outs: ['x'],
      shell: ':',
      network: true,
      sha256: { x: sha256 },
      retries: 3,
      pool: 'net',
      platform: { OSFamily: 'linux' },
      tags: ['t'],
      visibility: ['public'],
    });
    expect(declared).toMatchObject({
      network: true,
      pinned: { 'recomp-out/pkg/x': sha256 },
      retries: 3,
      pool: 'net',
      platform: { OSFamily: 'linux' },
    });
  });

  it('offers what recomp run starts', async () => {
    const start = async (attributes: Readonly<Record<string, Json>>) =>
      (await one('command', { shell: ':', ...attributes })).target?.provides.executable;
    expect(await start({ outs: ['a', 'b'] })).toBe('recomp-out/pkg/a');
    expect(await start({ outs: ['a', 'b'], executable: 'b' })).toBe('recomp-out/pkg/b');
    expect(await start({ out_dirs: ['d'], executable: 'd/bin/x' })).toBe('recomp-out/pkg/d/bin/x');
    expect(await start({ out_dirs: ['d'] })).toBeUndefined();
    expect(await faults('command', { shell: ':', outs: ['a'], executable: 'c' })).toMatchObject([
      { at: 'executable' },
    ]);
    expect(await faults('command', { shell: ':', out_dirs: ['d'], executable: 'd/../../x' })).toMatchObject([
      { at: 'executable' },
    ]);
  });

  it.each<[string, Record<string, Json>, object]>([
    [
      'an unknown key',
      { shel: 'x', outs: ['o'], shell: ':' },
      { code: 'unknown-key', at: 'shel', help: 'did you mean "shell"?' },
    ],
    [
      'a wrong type',
      { shell: ':', outs: 'o' },
      { code: 'bad-attribute', at: 'outs', message: 'outs: expected a list of strings, got a string' },
    ],
    [
      'a wrong item',
      { shell: ':', outs: ['o', 3] },
      { at: 'outs.1', message: 'outs[1]: expected a string, got a number' },
    ],
    [
      'a wrong value',
      { shell: ':', outs: ['o'], env: { A: true } },
      { at: 'env.A', message: 'env.A: expected a string, got true' },
    ],
    [
      'a bad time',
      { shell: ':', outs: ['o'], timeout: '5 minutes' },
      {
        at: 'timeout',
        message: 'timeout: expected a duration of at most 24 hours, such as "500ms", "60s" or "5m"',
      },
    ],
    ['a long time', { shell: ':', outs: ['o'], timeout: '25h' }, { at: 'timeout' }],
    [
      'a sandbox variable',
      { shell: ':', outs: ['o'], env: { PATH: '/' } },
      { at: 'env.PATH', message: 'env.PATH: PATH is set by the sandbox and cannot be declared' },
    ],
    [
      'a variable of the rule',
      { shell: ':', outs: ['o'], env: { SRCS: 'x' } },
      { at: 'env.SRCS', message: 'env.SRCS: SRCS is set by the rule and cannot be declared' },
    ],
    ['a strange variable', { shell: ':', outs: ['o'], env: { 'A=B': 'x' } }, { at: 'env.A=B' }],
    ['too many retries', { shell: ':', outs: ['o'], retries: 999 }, { at: 'retries' }],
    ['shell and argv', { shell: ':', argv: ['x'], outs: ['o'] }, { code: 'invalid-target', at: 'argv' }],
    [
      'neither',
      { outs: ['o'] },
      { code: 'invalid-target', help: 'shell = "…" is a script, argv = ["…"] a command line' },
    ],
    ['no output', { shell: ':' }, { code: 'invalid-target' }],
    [
      'an output twice',
      { shell: ':', outs: ['o'], out_dirs: ['o'] },
      { code: 'duplicate-output', at: 'out_dirs.0' },
    ],
    ['an output above', { shell: ':', outs: ['../o'] }, { code: 'bad-output-path', at: 'outs.0' }],
    ['an absolute output', { shell: ':', outs: ['/o'] }, { code: 'bad-output-path', at: 'outs.0' }],
    ['an unnormal output', { shell: ':', outs: ['a//o'] }, { code: 'bad-output-path', at: 'outs.0' }],
    ['a control character', { shell: ':', outs: ['a\u0007'] }, { code: 'bad-output-path', at: 'outs.0' }],
    [
      'an unknown word',
      { argv: ['x', '$(src)'], outs: ['o'] },
      { at: 'argv.1', message: '$(src) stands for nothing' },
    ],
    [
      'an open word',
      { argv: ['x', 'a$(b'], outs: ['o'] },
      { at: 'argv.1', help: 'write $$( for the characters $(' },
    ],
    ['$(out) of two', { argv: ['x', '$(out)'], outs: ['o', 'p'] }, { at: 'argv.1', help: 'use $(outs)' }],
    [
      '$OUT of two',
      { shell: 'x > $OUT', outs: ['o', 'p'] },
      { at: 'shell', message: '$OUT is the only output, but there are 2' },
    ],
    [
      'a digest of nothing',
      { shell: ':', outs: ['o'], sha256: { p: 'a'.repeat(64) } },
      { at: 'sha256.p', help: 'outputs: o' },
    ],
    ['no digest', { shell: ':', outs: ['o'], sha256: { o: 'abc' } }, { at: 'sha256.o' }],
  ])('refuses %s', async (_name, attributes, expected) => {
    const found = await faults('command', attributes);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject(expected);
  });

  it('tells every mistake at once', async () => {
    const found = await faults('command', { shel: ':', outs: 3, timeout: 'x', retries: -1 });
    expect(found.map((f) => f.at).sort()).toEqual(['outs', 'retries', 'shel', 'timeout']);
  });

  it('refuses several paths within a word', async () => {
    const parts = { sources: { srcs: ['a', 'b'] } };
    expect(await faults('command', { argv: ['x', '-I$(srcs)'], outs: ['o'] }, parts)).toMatchObject([
      { at: 'argv.1', message: '$(srcs) within "-I$(srcs)" stands for 2 paths: it must be exactly one' },
    ]);
  });

  it('refuses white space only where a variable that is used would hold it', async () => {
    const parts = { sources: { srcs: ['pkg/a b'] } };
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own.
    expect(await faults('command', { shell: 'cat ${SRCS} > $OUT', outs: ['o'] }, parts)).toMatchObject([
      {
        at: 'shell',
        message: 'the path "pkg/a b" has white space, which $SRCS cannot hold',
        help: 'read $SRCS_FILE, which has one path a line',
      },
    ]);
    expect(await faults('command', { shell: 'cat $SRCS_FILE > $OUT', outs: ['o'] }, parts)).toEqual([]);
  });

  it('refuses a list that no variable can hold', async () => {
    const parts = {
      sources: {
        srcs: Array.from({ length: 3000 }, (_, i) => `pkg/a-rather-long-folder-name/file-${i}.txt`),
      },
    };
    expect(await faults('command', { shell: 'cat $SRCS > $OUT', outs: ['o'] }, parts)).toMatchObject([
      { at: 'shell' },
    ]);
    expect((await action('command', { shell: 'cat > $OUT', outs: ['o'] }, parts))?.env).not.toHaveProperty(
      'SRCS',
    );
  });
});

describe('test', () => {
  it('runs without outputs, with a time limit of its own', async () => {
    const declared = await action(
      'test',
      { shell: 'diff $SRCS', srcs: ['a'], flaky_retries: 2, retries: 1 },
      { sources: { srcs: ['a', 'b'] } },
    );
    expect(declared).toMatchObject({
      mnemonic: 'Test',
      test: true,
      outputs: [],
      timeoutMs: 300_000,
      retries: 2,
      env: { SRCS: 'a b' },
    });
    expect((await one('test', { argv: ['x'] })).target).toMatchObject({
      test: true,
      provides: { files: [] },
    });
    expect(await action('test', { argv: ['x'], timeout: '1s' })).toMatchObject({ timeoutMs: 1000 });
  });
  it('knows no outs', async () => {
    expect(await faults('test', { shell: ':', outs: ['x'] })).toMatchObject([
      { code: 'unknown-key', at: 'outs' },
    ]);
  });
});

describe('filegroup and alias', () => {
  it('provide what they stand for and run nothing', async () => {
    const group = resolved(
      'filegroup',
      'all',
      {},
      { sources: { srcs: ['pkg/x'] }, labels: { deps: [label('tree')] } },
    );
    const alias = resolved('alias', 'short', { actual: ':tree2' }, { labels: { actual: [label('tree2')] } });
    const tree2 = resolved('command', 'tree2', { outs: ['bin'], shell: ':' });
    const { targets } = await expand(...givers, group, tree2, alias);
    const found = Object.fromEntries(targets.map((t) => [t.label, t]));
    expect(found['//pkg:all']).toMatchObject({
      actions: [],
      deps: ['//pkg:tree'],
      provides: {
        files: [
          { kind: 'source', path: 'pkg/x' },
          { kind: 'output', path: 'recomp-out/pkg/pages', tree: true },
        ],
      },
    });
    expect(found['//pkg:short']?.provides).toEqual(found['//pkg:tree2']?.provides);
    expect(found['//pkg:short']?.provides.executable).toBe('recomp-out/pkg/bin');
  });
  it('an alias needs its target', async () => {
    expect(await faults('alias', {})).toEqual([
      {
        code: 'missing-attribute',
        at: undefined,
        message: 'actual is missing: the rule alias needs it',
        help: 'it is a string',
      },
    ]);
  });
});

describe('their descriptions', () => {
  it('have a schema for editors, in which every key is explained', async () => {
    const { rules, diagnostics } = await expander.describe();
    expect(diagnostics).toEqual([]);
    for (const rule of rules) {
      const schema = JSON.parse(JSON.stringify(rule.schema));
      expect(schema).toMatchObject({
        type: 'object',
        additionalProperties: false,
        properties: { rule: { const: rule.name } },
      });
      for (const property of Object.values<{ description?: string }>(schema.properties))
        expect(property.description).toBeTruthy();
      expect(Object.keys(schema.properties)).toEqual(
        expect.arrayContaining(['name', 'visibility', 'tags', ...Object.keys(rule.attributes)]),
      );
    }
    const command = rules.find((r) => r.name === 'command');
    expect(JSON.stringify(command?.schema)).toContain('"allow_empty"');
    expect(command?.attributes).toMatchObject({
      srcs: { kind: 'sources', required: false },
      deps: { kind: 'labels', required: false },
      tools: { kind: 'tools', required: false },
      shell: { kind: 'value', required: false },
    });
    expect(JSON.parse(JSON.stringify(command?.schema)).required.sort()).toEqual(['name', 'rule']);
    expect(rules.find((r) => r.name === 'alias')?.attributes).toEqual({
      actual: { kind: 'label', required: true },
    });
  });
});

describe('a batch', () => {
  it('leaves out what depends on a mistake, and says only the mistake', async () => {
    const bad = resolved('command', 'bad', { outs: ['x'] });
    const above = resolved('filegroup', 'above', {}, { labels: { deps: [label('bad')] } });
    const other = resolved('filegroup', 'other', {});
    const { targets, diagnostics } = await expand(bad, above, other);
    expect(targets.map((t) => t.label)).toEqual(['//pkg:other']);
    expect(diagnostics.map((d) => d.label)).toEqual(['//pkg:bad']);
  });
  it('takes dependencies that were expanded before', async () => {
    const { targets: already } = await expand(...givers);
    const { targets } = await expander.expand(
      [resolved('filegroup', 'f', {}, { labels: { deps: [label('tree')] } })],
      already,
    );
    expect(targets[0]?.provides.files).toEqual([
      { kind: 'output', path: 'recomp-out/pkg/pages', tree: true },
    ]);
  });
  it('names the rule that was meant', async () => {
    expect(await faults('comand', {})).toMatchObject([
      { code: 'unknown-rule', at: 'rule', help: 'did you mean "command"?' },
    ]);
  });
  it('leaves out what depends on a target that was not handed over', async () => {
    const { targets, diagnostics } = await expand(
      resolved('filegroup', 'f', {}, { labels: { deps: [label('absent')] } }),
    );
    expect({ targets, diagnostics }).toEqual({ targets: [], diagnostics: [] });
  });
  it('ignores defaults of the file that a rule has no use for', async () => {
    const group = {
      ...resolved('filegroup', 'f', { timeout: '5s', env: {} }),
      defaulted: ['timeout', 'env'],
    };
    expect((await expand(group)).diagnostics).toEqual([]);
    expect((await expand({ ...group, defaulted: ['env'] })).diagnostics).toMatchObject([
      { attributePath: ['timeout'] },
    ]);
  });
  it('only tries a target whose dependency has not come yet', async () => {
    const later = resolved('filegroup', 'later', {});
    const { targets, provisional } = await expand(
      resolved('filegroup', 'f', {}, { labels: { deps: [label('later')] } }),
      later,
    );
    expect(targets.map((t) => t.label)).toEqual(['//pkg:later']);
    expect(provisional?.map((t) => t.label)).toEqual(['//pkg:f']);
  });
});
