import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInRules } from '../../../rules/index.ts';
import type { Expander } from '../../../src/expand/expander.ts';
import { inProcessExpander } from '../../../src/expand/in-process-expander.ts';
import { workerExpander } from '../../../src/expand/worker-expander.ts';
import { buildWorker, label, RULE_PACKAGES, resolved } from '../../helpers/rule-fixtures.ts';

let built: Awaited<ReturnType<typeof buildWorker>>;
let scratch: string;
const open: Expander[] = [];

beforeAll(async () => {
  built = await buildWorker();
  scratch = mkdtempSync(join(tmpdir(), 'recomp-rules-'));
});
afterAll(async () => {
  await Promise.all(open.map((e) => e.close()));
  built.remove();
  rmSync(scratch, { recursive: true, force: true });
});

function expander(use: readonly string[], workspaceRoot = RULE_PACKAGES, more: object = {}): Expander {
  const made = workerExpander({
    workspaceRoot,
    use: use.map((spec, i) => ({ spec, at: ['rules', 'use', i] })),
    workerUrl: built.workerUrl,
    rulesUrl: built.rulesUrl,
    builtInRoot: scratch,
    ...more,
  });
  open.push(made);
  return made;
}

/** Long enough for what this machine does in good time, however slow it is. */
async function patience(spec: string): Promise<number> {
  const began = performance.now();
  await expander([spec]).describe();
  return 1000 + Math.ceil(10 * (performance.now() - began));
}

const faults = async (...use: string[]) => (await expander(use).describe()).diagnostics;

describe('a third-party rule package', () => {
  it('declares a directory of unknown files, a template over it and an action over the group', async () => {
    const worker = expander(['./splitter']);
    const { rules, diagnostics } = await worker.describe();
    expect(diagnostics).toEqual([]);
    expect(rules.map((r) => r.name)).toEqual([...builtInRules.map((r) => r.name), 'split_and_join'].sort());
    const split = resolved(
      'split_and_join',
      'book',
      { srcs: ['a.txt'], timeout: '5s' },
      { sources: { srcs: ['pkg/a.txt'] } },
    );
    const user = resolved(
      'command',
      'use',
      { deps: [':book'], outs: ['n'], argv: ['wc', '$(deps)'] },
      { labels: { deps: [label('book')] } },
    );
    const expansion = await worker.expand([split, user], []);
    expect(expansion.diagnostics).toEqual([]);
    const [book, use] = expansion.targets;
    const tool = (path: string) => ({
      kind: 'tool',
      from: `${RULE_PACKAGES}/splitter/${path}`,
      path: `recomp-tools/.+splitter/${path}`,
    });
    expect(book?.actions).toMatchObject([
      {
        id: 'split',
        argv: [
          'node',
          'recomp-tools/.+splitter/tools/split.mjs',
          '1',
          'pkg/a.txt',
          'recomp-out/pkg/book.parts',
        ],
        inputs: [
          { kind: 'source', path: 'pkg/a.txt' },
          tool('tools/join.mjs'),
          tool('tools/lib/chunks.mjs'),
          tool('tools/split.mjs'),
          tool('tools/treat.mjs'),
        ],
        outputs: [{ path: 'recomp-out/pkg/book.parts', tree: true }],
        tools: ['node'],
        timeoutMs: 5000,
      },
      {
        id: 'treat',
        each: { over: 'recomp-out/pkg/book.parts', include: ['**/*.part'], exclude: [] },
        inputs: [tool('tools/treat.mjs')],
        outputs: [{ path: 'recomp-out/pkg/book.treated/$(item.stem).out', tree: false }],
      },
      {
        id: 'join',
        argv: [
          'node',
          'recomp-tools/.+splitter/tools/join.mjs',
          'recomp-out/.params/pkg/book.list',
          'recomp-out/pkg/book.txt',
        ],
        inputs: [
          tool('tools/join.mjs'),
          { kind: 'group', owner: '//pkg:book', template: 'treat' },
          { kind: 'inline', path: 'recomp-out/.params/pkg/book.list', lines: [{ paths: [1] }] },
        ],
      },
    ]);
    expect(book?.provides.providers).toEqual({ split: { unit: 'line', lines: 1 } });
    expect(use?.actions[0]?.argv).toEqual(['wc', 'recomp-out/pkg/book.txt', { paths: [1] }]);
    expect(expansion.listedFolders).toEqual([
      `${RULE_PACKAGES}/splitter/tools`,
      `${RULE_PACKAGES}/splitter/tools/lib`,
    ]);
  });

  it('re-implements command and declares the very same actions', async () => {
    const parts = { sources: { srcs: ['pkg/a.txt', 'pkg/b.txt'] }, labels: { deps: [label('group')] } };
    const attributes = {
      srcs: ['*.txt'],
      deps: [':group'],
      outs: ['x', 'y'],
      out_dirs: ['d'],
      shell: 'xargs cat < $SRCS_FILE > $(echo $OUTS)',
      env: { MODE: 'fast' },
      tools: ['cc'],
      timeout: '2m',
      retries: 2,
      pool: 'link',
    };
    const group = resolved('filegroup', 'group', { srcs: ['c'] }, { sources: { srcs: ['pkg/c'] } });
    const one = { ...attributes, outs: ['x'], out_dirs: [] };
    const of = (rule: string) => [
      group,
      resolved(rule, 't', attributes, parts),
      resolved(rule, 'o', one, parts),
    ];
    const theirs = await expander(['./recommand/rules.mjs']).expand(of('my_command'), []);
    const ours = await inProcessExpander({ rules: builtInRules, root: scratch }).expand(of('command'), []);
    expect(theirs.diagnostics).toEqual([]);
    expect(theirs.targets.map((t) => t.actions)).toEqual(ours.targets.map((t) => t.actions));
    expect(theirs.targets.map((t) => t.provides)).toEqual(ours.targets.map((t) => t.provides));
    expect(ours.targets[1]?.actions[0]?.env).toMatchObject({
      OUTS: 'recomp-out/pkg/x recomp-out/pkg/y recomp-out/pkg/d',
    });
  });

  it('is found among installed packages, through a link too, and may use packages of its own', async () => {
    const root = join(scratch, 'installed');
    mkdirSync(join(root, 'node_modules/@fixture'), { recursive: true });
    cpSync(join(RULE_PACKAGES, 'splitter'), join(root, 'store'), { recursive: true });
    symlinkSync('../../store', join(root, 'node_modules/@fixture/splitter'));
    const worker = expander(['@fixture/splitter'], root);
    const { diagnostics, files, identity } = await worker.describe();
    expect(diagnostics).toEqual([]);
    expect(files.map((f) => f.slice(root.length))).toEqual([
      '/store/package.json',
      '/store/rules.js',
      '/store/units.js',
    ]);
    const { targets } = await worker.expand(
      [resolved('split_and_join', 'b', {}, { sources: { srcs: ['a'] } })],
      [],
    );
    expect(targets[0]?.actions[2]?.inputs[0]).toEqual({
      kind: 'tool',
      from: `${root}/store/tools/join.mjs`,
      path: 'recomp-tools/@fixture+splitter/tools/join.mjs',
    });
    expect(identity).toEqual({
      '@fixture/splitter': (await expander(['./splitter']).describe()).identity['./splitter'],
    });
  });

  it('has another identity when a file it imports changes, and is read anew', async () => {
    const root = join(scratch, 'changing');
    cpSync(join(RULE_PACKAGES, 'splitter'), join(root, 'splitter'), { recursive: true });
    const before = await expander(['./splitter'], root).describe();
    const file = join(root, 'splitter/units.js');
    writeFileSync(file, readFileSync(file, 'utf8').replace("'line'", "'row'"));
    const worker = expander(['./splitter'], root);
    const after = await worker.describe();
    expect(after.identity).not.toEqual(before.identity);
    const { targets } = await worker.expand(
      [resolved('split_and_join', 'b', {}, { sources: { srcs: ['a'] } })],
      [],
    );
    expect(targets[0]?.provides.providers).toEqual({ split: { unit: 'row', lines: 1 } });
  });

  it('is told when its tool is not there', async () => {
    const root = join(scratch, 'toolless');
    cpSync(join(RULE_PACKAGES, 'splitter'), join(root, 'splitter'), { recursive: true });
    rmSync(join(root, 'splitter/tools/join.mjs'));
    const worker = expander(['./splitter'], root);
    const { targets, diagnostics } = await worker.expand(
      [resolved('split_and_join', 'b', {}, { sources: { srcs: ['a'] } })],
      [],
    );
    expect(targets).toEqual([]);
    expect(diagnostics).toMatchObject([{ code: 'rule-fault', label: '//pkg:b' }]);
    expect(diagnostics[0]?.message).toBe(
      `the rule split_and_join of ./splitter brings along ${root}/splitter/tools/join.mjs, which is not there`,
    );
  });
});

describe('a faulty rule package', () => {
  it.each([
    [
      'imports-fs.mjs',
      /^\.\/faulty\/imports-fs\.mjs: node:fs is imported by \/.*\/imports-fs\.mjs: rules declare actions/,
    ],
    ['imports-fs-deep.mjs', /node:fs is imported by \/.*\/faulty\/imports-fs\.mjs/],
    ['imports-dynamic.mjs', /child_process is imported by/],
    ['imports-recomp.mjs', /recomp is imported by .*nothing else of recomp/],
    ['imports-common.mjs', /common\.cjs is CommonJS: rule packages are ES modules/],
  ])('%s may not import what it does', async (file, message) => {
    const found = await faults(`./faulty/${file}`);
    expect(found).toMatchObject([
      { code: 'rule-package-import', spec: `./faulty/${file}`, at: ['rules', 'use', 0] },
    ]);
    expect(found[0]?.message).toMatch(message);
  });

  it.each([
    ['no-rules.mjs', 'rule-package-empty', /has no rules: its default export must be a list/],
    ['throws.mjs', 'rule-package-fault', /could not begin, at .*throws\.mjs:3$/],
    ['absent.mjs', 'rule-package-missing', /absent\.mjs is not there/],
  ])('%s is said to be %s', async (file, code, message) => {
    const found = await faults(`./faulty/${file}`);
    expect(found).toMatchObject([{ code }]);
    expect(found[0]?.message).toMatch(message);
  });

  it('is told its own line where recomp refuses what it defines', async () => {
    const root = join(scratch, 'undescribed');
    mkdirSync(root);
    writeFileSync(
      join(root, 'rules.mjs'),
      "import { defineRule, z } from 'recomp/rules';\nexport default defineRule({\n  name: 'r', summary: 'S.', attributes: { a: z.string() }, implement() {},\n});\n",
    );
    const { diagnostics } = await expander(['./rules.mjs'], root).describe();
    expect(diagnostics).toMatchObject([{ code: 'rule-package-fault' }]);
    expect(diagnostics[0]?.message).toBe(
      `./rules.mjs: the attribute a of the rule r needs a .describe(…), at ${root}/rules.mjs:2`,
    );
  });

  it('is told the line of a syntax error', async () => {
    const root = join(scratch, 'syntax');
    mkdirSync(root);
    writeFileSync(join(root, 'rules.mjs'), "import { x } from './deep.mjs';\nexport default [x];\n");
    writeFileSync(join(root, 'deep.mjs'), '// Not JavaScript.\nexport const x = 1;\nconst b = = 2;\n');
    const { diagnostics } = await expander(['./rules.mjs'], root).describe();
    expect(diagnostics).toMatchObject([{ code: 'rule-package-syntax' }]);
    expect(diagnostics[0]?.message).toBe(`./rules.mjs: Unexpected token '=', at ${root}/deep.mjs:3`);
  });

  it('that is not installed says how a file is written', async () => {
    expect(await faults('faulty/throws.mjs')).toMatchObject([
      {
        code: 'rule-package-missing',
        help: 'install it, or write ./faulty/throws.mjs if it is a file of the workspace',
      },
    ]);
  });

  it('that loops for ever is ended', async () => {
    const timeoutMs = await patience('./splitter');
    const worker = expander(['./splitter', './faulty/loops.mjs'], RULE_PACKAGES, { timeoutMs });
    const { diagnostics } = await worker.describe();
    expect(diagnostics).toMatchObject([
      { code: 'rule-package-timeout', spec: './faulty/loops.mjs', at: ['rules', 'use', 1] },
    ]);
    // Whoever goes on regardless is not kept waiting.
    expect(await worker.expand([], [])).toMatchObject({ targets: [], diagnostics: [] });
  });

  it('does not keep the others out, and a rule that exists twice names both', async () => {
    const { rules, diagnostics } = await expander([
      './faulty/throws.mjs',
      './faulty/duplicate.mjs',
      './splitter',
    ]).describe();
    expect(diagnostics.map((d) => d.code)).toEqual(['rule-package-fault', 'duplicate-rule']);
    expect(diagnostics[1]?.message).toBe(
      './faulty/duplicate.mjs and recomp both have a rule named "command"',
    );
    expect(rules.map((r) => r.name)).toContain('split_and_join');
  });
});

describe('a rule that is not pure', () => {
  it.each([
    ['date', /expansion is pure: the current time/],
    ['new_date', /expansion is pure: the current time/],
    ['random', /expansion is pure: Math\.random\(\)/],
    ['fetch', /fetch is not defined/],
    ['env', /process\.cwd is not a function/],
    ['builtin', /getBuiltinModule is not a function/],
    ['binding', /binding is not a function/],
    ['locale', /localeCompare\(\)/],
    ['promise', /must not be asynchronous/],
  ])('cannot get at: %s', async (what, message) => {
    const worker = expander(['./faulty/impure.mjs']);
    const { targets, diagnostics } = await worker.expand([resolved('impure', 't', { what })], []);
    expect(targets).toEqual([]);
    expect(diagnostics).toMatchObject([{ code: 'rule-fault', label: '//pkg:t' }]);
    expect(diagnostics[0]?.message).toMatch(
      /^the rule impure of \.\/faulty\/impure\.mjs failed on \/\/pkg:t: /,
    );
    expect(diagnostics[0]?.message).toMatch(message);
  });

  it('may use a date that it was given', async () => {
    const worker = expander(['./faulty/impure.mjs']);
    const { targets } = await worker.expand([resolved('impure', 't', { what: 'given_date' })], []);
    expect(targets[0]?.provides.executable).toBe('1970-01-01T00:00:00.000Z');
  });

  it('is ended when it loops, and the target is named', async () => {
    const timeoutMs = await patience('./faulty/impure.mjs');
    const worker = expander(['./faulty/impure.mjs'], RULE_PACKAGES, { timeoutMs });
    const batch = [
      resolved('impure', 'a', { what: 'given_date' }),
      resolved('impure', 'b', { what: 'loop' }),
    ];
    const { diagnostics } = await worker.expand(batch, []);
    expect(diagnostics).toMatchObject([{ code: 'rule-fault', label: '//pkg:b' }]);
    expect(diagnostics[0]?.message).toMatch(/did not finish with \/\/pkg:b within [\d.]+ s/);
  });
});
