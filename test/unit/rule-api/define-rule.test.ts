import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { inProcessExpander } from '../../../src/expand/in-process-expander.ts';
import { attr, defineRule, type RuleContext, type Shape, z } from '../../../src/rule-api/index.ts';
import { label, resolved } from '../../helpers/rule-fixtures.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'recomp-rule-api-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const moduleUrl = pathToFileURL(join(root, 'rule.mjs')).href;

const attributes = { srcs: attr.sources().describe('Files.'), deps: attr.labels().describe('Targets.') };

/** Expands one target by a rule that does this. */
async function by(implement: (ctx: RuleContext<typeof attributes>) => unknown, debug = false) {
  const rule = defineRule({
    name: 'r',
    summary: 'A rule.',
    attributes,
    providers: { info: z.strictObject({ n: z.int() }) },
    implement: (ctx) => void implement(ctx),
  });
  const parts = { sources: { srcs: ['pkg/a', 'pkg/$(item).b'] } };
  const { targets, diagnostics } = await inProcessExpander({ rules: [rule], root, debug }).expand(
    [resolved('r', 't', {}, parts)],
    [],
  );
  return {
    target: targets[0],
    actions: targets[0]?.actions ?? [],
    messages: diagnostics.map((d) => d.message),
    diagnostics,
  };
}
const run = { mnemonic: 'Run', argv: ['x'] };

describe('a definition', () => {
  const define =
    (name: string, shape: Shape, summary = 'S.') =>
    () =>
      defineRule({ name, summary, attributes: shape, implement() {} });
  it('is refused when it is not complete', () => {
    expect(define('a b', {})).toThrow('"a b" cannot be a rule’s name');
    expect(define('a', {}, '')).toThrow('the rule a needs a summary');
    expect(define('a', { x: z.string() })).toThrow('the attribute x of the rule a needs a .describe(…)');
    expect(define('a', { tags: z.string().describe('T.') })).toThrow('cannot define tags');
  });
  it('tells the kind of an attribute through whatever wraps it', () => {
    const rule = defineRule({
      name: 'a',
      summary: 'S.',
      attributes: {
        one: attr.label().optional().describe('O.'),
        many: attr.labels().describe('M.').readonly().describe('M2.'),
        files: attr.sources().describe('F.'),
        text: z.string().describe('T.'),
      },
      implement() {},
    });
    expect(rule.describe().attributes).toEqual({
      one: { kind: 'label', required: false },
      many: { kind: 'labels', required: false },
      files: { kind: 'sources', required: false },
      text: { kind: 'value', required: true },
    });
  });
});

describe('an action', () => {
  it('reads what its words name, but not what it makes', async () => {
    const { actions } = await by((ctx) => {
      const out = ctx.output('o');
      ctx.action({
        ...run,
        argv: [ctx.tool('cc'), { prefix: '-I', files: ctx.sources('srcs') }, out],
        env: { LIST: ctx.sources('srcs').slice(0, 1) },
        outputs: [out],
      });
    });
    expect(actions[0]).toMatchObject({
      argv: ['cc', '-Ipkg/a', { paths: [1], prefix: '-I' }, 'recomp-out/pkg/o'],
      env: { LIST: 'pkg/a' },
      inputs: [
        { kind: 'source', path: 'pkg/a' },
        { kind: 'source', path: 'pkg/$(item).b' },
      ],
      tools: ['cc'],
    });
  });
  it.each<[string, (ctx: RuleContext<typeof attributes>) => void, RegExp]>([
    ['leaves an output unmade', (ctx) => void ctx.output('o'), /no action makes recomp-out\/pkg\/o/],
    [
      'makes one twice',
      (ctx) => {
        const o = ctx.output('o');
        ctx.action({ ...run, id: 'a', outputs: [o] });
        ctx.action({ ...run, id: 'b', outputs: [o] });
      },
      /two actions make/,
    ],
    [
      'has an id twice',
      (ctx) => {
        ctx.action({ ...run, outputs: [] });
        ctx.action({ ...run, outputs: [] });
      },
      /two actions have the id run/,
    ],
    [
      'makes what was not declared',
      (ctx) => ctx.action({ ...run, outputs: [{ kind: 'output', path: 'etc/x', tree: false }] }),
      /was not declared/,
    ],
    ['runs nothing', (ctx) => ctx.action({ ...run, argv: [], outputs: [] }), /empty command/],
    ['holds a NUL', (ctx) => ctx.action({ ...run, argv: ['a\0b'], outputs: [] }), /NUL/],
    [
      'sets PATH',
      (ctx) => ctx.action({ ...run, env: { PATH: '/' }, outputs: [] }),
      /PATH is set by the sandbox/,
    ],
    [
      'asks for an attribute that is not there',
      (ctx) => void ctx.sources('other' as 'srcs'),
      /no attribute other of kind sources/,
    ],
    [
      'brings a file from elsewhere',
      (ctx) => void ctx.packageFile(moduleUrl, '../x'),
      /not below the rule package/,
    ],
    [
      'provides what it did not define',
      (ctx) => ctx.provide({ providers: { other: 1 } }),
      /which its definition does not list/,
    ],
    ['provides it wrongly', (ctx) => ctx.provide({ providers: { info: { n: 'x' } } }), /not as defined/],
    [
      'provides twice',
      (ctx) => {
        ctx.provide({});
        ctx.provide({});
      },
      /provides once/,
    ],
    [
      'makes a test and does not say so',
      (ctx) => ctx.action({ ...run, outputs: [], test: true }),
      /does not say `test: true`/,
    ],
    [
      'throws something',
      () => {
        throw 'words';
      },
      /failed on \/\/pkg:t: words/,
    ],
  ])('of a rule that %s is the rule’s fault', async (_name, implement, message) => {
    const { target, diagnostics } = await by(implement);
    expect(target).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code: 'rule-fault', label: '//pkg:t' }]);
    expect(diagnostics[0]?.message).toMatch(message);
  });
  it('shows where a rule threw only when asked', async () => {
    const implode = () => {
      throw new Error('boom');
    };
    expect((await by(implode)).messages).toEqual(['the rule r of recomp failed on //pkg:t: boom']);
    expect((await by(implode, true)).messages[0]).toMatch(/boom\n.*Error: boom\n\s+at /s);
  });
});

describe('a template', () => {
  it('stands for one action a file, and its group for all they make', async () => {
    const { actions } = await by((ctx) => {
      const dir = ctx.outputDirectory('d');
      ctx.action({ ...run, outputs: [dir] });
      const group = ctx.template(dir, {
        id: 'each',
        mnemonic: 'Each',
        argv: ['y', '$(item)', ctx.sources('srcs')],
        outputs: ['e/$(item.rel).o'],
      });
      const all = ctx.output('all');
      ctx.action({
        ...run,
        id: 'all',
        argv: ['z', group, { prefix: '-L', files: [group] }],
        env: { ALL: [group, ...ctx.sources('srcs')] },
        outputs: [all],
      });
    });
    expect(actions[1]).toMatchObject({
      // A path that looks like a placeholder is kept apart from the text.
      argv: ['y', '$(item)', 'pkg/a', { paths: [1] }],
      each: { over: 'recomp-out/pkg/d', include: ['**'], exclude: [] },
      outputs: [{ path: 'recomp-out/pkg/e/$(item.rel).o', tree: false }],
    });
    expect(actions[2]).toMatchObject({
      argv: ['z', { paths: [0] }, { paths: [0], prefix: '-L' }],
      env: { ALL: { paths: [0, 1, 2] } },
      inputs: [
        { kind: 'group', owner: label('t'), template: 'each' },
        { path: 'pkg/a' },
        { path: 'pkg/$(item).b' },
      ],
    });
  });
  it('needs a directory, and outputs that differ', async () => {
    const over = (tree: boolean, output: string) =>
      by((ctx) => {
        const dir = tree ? ctx.outputDirectory('d') : ctx.output('d');
        ctx.action({ ...run, outputs: [dir] });
        ctx.template(dir, { id: 'each', mnemonic: 'Each', argv: ['y'], outputs: [output] });
      });
    expect((await over(false, '$(item.rel)')).messages[0]).toMatch(/a template needs a directory/);
    expect((await over(true, 'same')).messages[0]).toMatch(/would be the same for every file/);
    expect((await over(true, '../$(item.rel)')).messages[0]).toMatch(/leaves the package/);
    expect((await over(true, '$(items)')).messages[0]).toMatch(/has \$\(/);
  });
});

describe('files of the package', () => {
  writeFileSync(join(root, 'one.mjs'), '');
  mkdirSync(join(root, 'dir/sub'), { recursive: true });
  for (const f of ['dir/b', 'dir/a', 'dir/sub/c']) writeFileSync(join(root, f), '');
  const using = (...paths: string[]) =>
    by((ctx) => {
      ctx.action({
        ...run,
        argv: paths.map((p) => ctx.packageFile(moduleUrl, p)),
        inputs: ctx.sources('srcs'),
        outputs: [],
      });
    });
  it('are opened by the host: a folder is all its files, each once', async () => {
    const { actions } = await using('dir', './one.mjs', 'dir/a', 'dir');
    expect(actions[0]?.argv).toEqual([
      'recomp-tools/recomp/dir',
      'recomp-tools/recomp/one.mjs',
      'recomp-tools/recomp/dir/a',
      'recomp-tools/recomp/dir',
    ]);
    expect(actions[0]?.inputs.map((i) => ('path' in i ? i.path : i.kind))).toEqual([
      'recomp-tools/recomp/dir/a',
      'recomp-tools/recomp/dir/b',
      'recomp-tools/recomp/dir/sub/c',
      'recomp-tools/recomp/one.mjs',
      'pkg/a',
      'pkg/$(item).b',
    ]);
  });
  it('must exist and stay in the package', async () => {
    symlinkSync('/etc', join(root, 'out'));
    mkdirSync(join(root, 'empty'), { recursive: true });
    expect((await using('absent')).messages[0]).toMatch(/absent, which is not there/);
    expect((await using('out')).messages[0]).toMatch(/out, a link out of the package/);
    expect((await using('empty')).messages[0]).toMatch(/a folder without files/);
  });
  it('keep words pointing at the right inputs', async () => {
    const { actions } = await by((ctx) => {
      const dir = ctx.outputDirectory('d');
      ctx.action({ ...run, outputs: [dir] });
      const group = ctx.template(dir, {
        id: 'each',
        mnemonic: 'Each',
        argv: ['y'],
        outputs: ['$(item.rel)'],
      });
      ctx.action({
        ...run,
        id: 'last',
        argv: ['z'],
        inputs: [ctx.packageFile(moduleUrl, 'dir')],
        outputs: [],
      });
      ctx.action({
        ...run,
        id: 'words',
        argv: [ctx.packageFile(moduleUrl, 'dir'), group],
        env: { G: group },
        outputs: [],
      });
    });
    const words = actions[3];
    expect(words?.inputs[3]).toMatchObject({ kind: 'group' });
    expect(words?.argv[1]).toEqual({ paths: [3] });
    expect(words?.env).toEqual({ G: { paths: [3] } });
  });
});

it('lets a rule say several things that are wrong', async () => {
  const { diagnostics } = await by((ctx) => {
    ctx.fail('one', ['srcs', 0], 'do this');
    ctx.fail('two');
  });
  expect(diagnostics).toEqual([
    { label: '//pkg:t', code: 'invalid-target', message: 'one', attributePath: ['srcs', 0], help: 'do this' },
    { label: '//pkg:t', code: 'invalid-target', message: 'two' },
  ]);
});
