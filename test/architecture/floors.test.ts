import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allImports, findCycle, type Import, importsOf, loadedWith, ROOT, sourceFiles } from './imports.ts';

/** A folder imports from lower floors and from itself. */
const FLOORS: Readonly<Record<string, number>> = {
  base: 0,
  native: 0,
  model: 1,
  ports: 2,
  workspace: 3,
  'rule-api': 3,
  expand: 3,
  fingerprint: 3,
  protocol: 3,
  store: 3,
  sandbox: 3,
  tools: 3,
  journal: 3,
  watch: 3,
  graph: 4,
  remote: 4,
  automation: 4,
  plan: 5,
  policy: 5,
  loading: 5,
  engine: 6,
  report: 7,
  server: 7,
  cli: 8,
  index: 9,
};

/** Neighbours that one may use: the rule API is what expansion runs on, and digests are what stores and tools are named by. */
const SAME_FLOOR = new Set([
  'automation workspace',
  'expand rule-api',
  'protocol fingerprint',
  'store fingerprint',
  'tools fingerprint',
]);

/** A start file of its own: it may import rules, and nothing may import it. */
const THREAD_START = 'src/expand/worker-main.ts';

/** What rules see, whoever wrote them. */
const RULES_SEE = new Set(['base', 'model', 'rule-api']);

/** Too heavy for a build in which little or nothing changed. */
const HEAVY = [
  'zod',
  'execa',
  'smol-toml',
  'toml-eslint-parser',
  'graphology',
  'graphology-dag',
  'es-module-lexer',
  'chokidar',
  '@grpc/grpc-js',
  '@aws-sdk/client-s3',
];

/** Packages that one folder alone may use, so that each can be replaced. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  zod: ['model', 'rule-api', 'workspace'],
  'smol-toml': ['workspace'],
  'toml-eslint-parser': ['workspace'],
  graphology: ['graph'],
  'graphology-dag': ['graph'],
  'p-queue': ['engine'],
  chokidar: ['watch'],
  '@grpc/grpc-js': ['remote', 'server'],
  '@aws-sdk/client-s3': ['remote'],
};

const imports = allImports();

/** `src/engine/build.ts` → `engine`; rules are `rules`. */
const folderOf = (file: string): string => {
  const [top = '', folder = ''] = file.split('/');
  return top === 'src' ? folder.replace(/\.ts$/, '') : top;
};

const show = (i: Import): string => `${i.from} imports ${i.spec}${i.kind === 'value' ? '' : ` (${i.kind})`}`;

describe('the house', () => {
  it('has a floor for every folder', () => {
    const folders = new Set(sourceFiles('src').map(folderOf));
    expect([...folders].filter((folder) => FLOORS[folder] === undefined)).toEqual([]);
  });

  it('has imports that lead to files', () => {
    expect(imports.filter((i) => i.to !== undefined && !existsSync(join(ROOT, i.to))).map(show)).toEqual([]);
    expect(imports.length).toBeGreaterThan(500);
  });

  it('imports downwards only, types included', () => {
    const wrong = imports.filter(({ from, to }) => {
      if (to === undefined || !from.startsWith('src/') || !to.startsWith('src/')) return false;
      const [user, used] = [folderOf(from), folderOf(to)];
      if (to === THREAD_START) return true;
      if (user === used || SAME_FLOOR.has(`${user} ${used}`)) return false;
      return (FLOORS[used] ?? 99) >= (FLOORS[user] ?? -1);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it('lets rules see what third parties see', () => {
    const wrong = imports.filter(
      ({ from, to }) => from.startsWith('rules/') && to?.startsWith('src/') && !RULES_SEE.has(folderOf(to)),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it('brings rules in at the top only: the command, and the start of the expansion thread', () => {
    const tops = new Set(['cli', 'index']);
    const wrong = imports.filter(
      ({ from, to }) =>
        from.startsWith('src/') &&
        to?.startsWith('rules/') &&
        !tops.has(folderOf(from)) &&
        from !== THREAD_START,
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it('has no cycle between files, types included', () => {
    expect(findCycle(imports)).toBeUndefined();
  });

  it('keeps each package in the folder that owns it', () => {
    const wrong = imports.filter(({ from, spec, to }) => {
      const owners = OWNERS[spec];
      return (
        to === undefined &&
        owners !== undefined &&
        from.startsWith('src/') &&
        !owners.includes(folderOf(from))
      );
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it.each(['src/cli/main.ts', 'src/cli/commands/build.ts', 'src/cli/commands/query.ts'])(
    'loads nothing heavy with %s',
    (entry) => {
      const { files, packages } = loadedWith(entry, imports);
      expect(files.size).toBeGreaterThan(3);
      expect(
        HEAVY.filter((name) => packages.has(name)).map((name) => `${name}, by ${packages.get(name)}`),
      ).toEqual([]);
    },
  );

  it('answers "nothing changed" without engine, graph or rules', () => {
    const { files } = loadedWith('src/cli/main.ts', imports);
    const heavy = [...files].filter(
      (file) =>
        !['base', 'native', 'model', 'ports', 'journal', 'policy', 'report', 'cli'].includes(folderOf(file)),
    );
    expect(heavy).toEqual([]);
    expect([...files].filter((file) => file.startsWith('src/cli/commands/'))).toEqual([]);
  });
});

describe('reading imports', () => {
  const read = (text: string): string[] =>
    importsOf('src/a/b.ts', text).map((i) => `${i.kind} ${i.to ?? i.spec}`);

  it('sees values, types, several lines, bare and dynamic ones', () => {
    const text = [
      "import a from './a.ts';",
      "import type { B } from '../model/b.ts';",
      "import {\n  type C,\n  c,\n} from './c.ts';",
      "import { type D, type E } from './d.ts';",
      "import './side.ts';",
      "export { x } from './x.ts';",
      "export type * from './y.ts';",
      "const z = await import('./z.ts');",
      "import type, { other } from 'pkg/sub';",
    ].join('\n');
    expect(read(text)).toEqual([
      'value src/a/a.ts',
      'type src/model/b.ts',
      'value src/a/c.ts',
      'type src/a/d.ts',
      'value src/a/side.ts',
      'value src/a/x.ts',
      'type src/a/y.ts',
      'value pkg/sub',
      'dynamic src/a/z.ts',
    ]);
  });

  it('is not misled by comments and other exports', () => {
    expect(
      read(
        "// import a from './a.ts';\n/* import b from './b.ts'; */\nexport const c = 'from';\nexport const d = './d.ts';",
      ),
    ).toEqual([]);
  });

  it('finds a cycle made of types', () => {
    const edges = [
      ...importsOf('src/a/a.ts', "import type { B } from './b.ts';"),
      ...importsOf('src/a/b.ts', "import { a } from './a.ts';"),
    ];
    expect(findCycle(edges)).toEqual(['src/a/a.ts', 'src/a/b.ts', 'src/a/a.ts']);
  });
});
