import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtInRules } from '../../rules/index.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

/** One change to the target, and the field of the key that must be named first; undefined: it is in no key. */
interface Change {
  readonly edit: (workspace: TestWorkspace) => void;
  readonly names: string | undefined;
}

const BASE: Readonly<Record<string, string>> = {
  srcs: '["a.txt"]',
  deps: '[":lib"]',
  outs: '["o.txt"]',
  shell: '"cat $SRCS $DEPS > recomp-out/p/o.txt"',
  out_dirs: '["d"]',
  tools: '["tool"]',
  env: '{ MODE = "one" }',
  timeout: '"60s"',
  network: 'false',
  platform: '{ os = "any" }',
};

function buildFile(changed: Readonly<Record<string, string>> = {}): string {
  const attributes = Object.entries({ ...BASE, ...changed }).map(([name, value]) =>
    value === '' ? '' : `${name} = ${value}\n`,
  );
  return `[[target]]\nname = "t"\nrule = "command"\n${attributes.join('')}[[target]]\nname = "lib"\nrule = "command"\nsrcs = ["lib.txt"]\nouts = ["lib.out"]\nshell = "cat $SRCS > $OUT"\n`;
}

const set = (attribute: string, value: string) => (workspace: TestWorkspace) =>
  workspace.write('p/BUILD.toml', buildFile({ [attribute]: value }));

/** Every attribute that a command can have, and what lies behind them. A new one must find its place here. */
const CHANGES: Readonly<Record<string, Change>> = {
  srcs: { edit: (w) => w.write('p/a.txt', 'another text\n'), names: 'input p/a.txt' },
  deps: { edit: (w) => w.write('p/lib.txt', 'another lib\n'), names: 'input p/lib.txt' },
  outs: { edit: set('outs', '["o.txt", "more.txt"]'), names: 'output recomp-out/p/more.txt' },
  out_dirs: { edit: set('out_dirs', '["e"]'), names: 'output recomp-out/p/e' },
  shell: { edit: set('shell', '"cat $SRCS > recomp-out/p/o.txt"'), names: 'argv[2]' },
  argv: {
    edit: (w) =>
      w.write('p/BUILD.toml', buildFile({ shell: '', argv: '["cp", "p/a.txt", "recomp-out/p/o.txt"]' })),
    names: 'argv[0]',
  },
  env: { edit: set('env', '{ MODE = "two" }'), names: 'env.MODE' },
  tools: { edit: (w) => writeTool(w, 'echo tool 2.0'), names: 'tool tool version' },
  timeout: { edit: set('timeout', '"61s"'), names: 'timeout' },
  network: { edit: set('network', 'true'), names: 'network' },
  local: { edit: set('local', '"needs a screen"'), names: 'cacheable' },
  platform: { edit: set('platform', '{ os = "other" }'), names: 'platform.os' },
  sha256: {
    edit: (w) => w.write('p/BUILD.toml', buildFile({ sha256: `{ "o.txt" = "${'0'.repeat(64)}" }` })),
    names: undefined,
  },
  executable: { edit: set('executable', '"o.txt"'), names: undefined },
  retries: { edit: set('retries', '2'), names: undefined },
  pool: { edit: set('pool', '"slow"'), names: undefined },
  tags: { edit: set('tags', '["x"]'), names: undefined },
  visibility: { edit: set('visibility', '["//p:all"]'), names: undefined },
};

function writeTool({ root }: TestWorkspace, script: string): void {
  mkdirSync(join(root, '../bin'), { recursive: true });
  writeFileSync(join(root, '../bin/tool'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

function builtWorkspace(): TestWorkspace {
  const workspace = createWorkspace({ 'p/BUILD.toml': buildFile(), 'p/a.txt': 'a\n', 'p/lib.txt': 'lib\n' });
  writeTool(workspace, 'echo tool 1.0');
  workspace.write(
    'recomp.toml',
    `[workspace]\nname = "explain"\n[tools.tool]\ncommand = "${join(workspace.root, '../bin/tool')}"\n[pools]\nslow = 1\n`,
  );
  const built = workspace.run(['build', '//p:t']);
  expect(built.stderr).toContain('2 executed');
  return workspace;
}

interface Explained {
  readonly actions: readonly {
    readonly key?: string;
    readonly verdict: string;
    readonly reason?: { readonly cause?: { readonly changes?: readonly { readonly field: string }[] } };
  }[];
  readonly causes: Explained['actions'];
}

function explain(workspace: TestWorkspace): Explained {
  const ran = workspace.run(['explain', '//p:t', '--json']);
  expect(ran.code, ran.stderr).toBe(0);
  const explained: Explained = JSON.parse(ran.stdout);
  return explained;
}

const firstField = ({ actions, causes }: Explained): string | undefined =>
  [...causes, ...actions][0]?.reason?.cause?.changes?.[0]?.field;

describe('explain names what was changed, first', () => {
  it('has a change for every attribute of the rule', () => {
    const rule = builtInRules.find((r) => r.name === 'command');
    const schema = JSON.stringify(rule?.describe().schema);
    const known = Object.keys(rule?.describe().attributes ?? {});
    expect(known.length).toBeGreaterThan(8);
    for (const attribute of known) expect(Object.keys(CHANGES), attribute).toContain(attribute);
    for (const attribute of Object.keys(CHANGES))
      expect(schema + JSON.stringify(known), attribute).toContain(`"${attribute}"`);
  });

  it.each(Object.entries(CHANGES))('%s', (_, { edit, names }) => {
    const workspace = builtWorkspace();
    const before = explain(workspace).actions[0];
    expect(before?.verdict).toBe('up-to-date');
    edit(workspace);
    const after = explain(workspace);
    if (names === undefined) {
      expect(after.actions[0]).toMatchObject({ verdict: 'up-to-date', key: before?.key });
      return;
    }
    expect(firstField(after)).toBe(names);
    if (after.actions[0]?.verdict !== 'depends') expect(after.actions[0]?.key).not.toBe(before?.key);
    expect(workspace.run(['explain', '//p:t']).stdout.split('\n')[0]).toMatch(
      /changed from|is new|is gone|is now/,
    );
  });
});

describe('what was never built here', () => {
  /** Two checkouts of one workspace that share a cache. */
  function checkouts(): { first: TestWorkspace; second: TestWorkspace; env: Record<string, string> } {
    const [first, second] = [1, 2].map(() =>
      createWorkspace({
        'recomp.toml': '[workspace]\nname = "shared"\n',
        'p/BUILD.toml': buildFile({ tools: '', timeout: '' }),
        'p/a.txt': 'a\n',
        'p/lib.txt': 'lib\n',
      }),
    );
    if (!first || !second) throw new Error('no workspaces');
    const env = { RECOMP_CACHE_DIR: first.cache };
    expect(first.run(['build', '//p:t'], { env }).code).toBe(0);
    return { first, second, env };
  }

  it('is told by what another checkout built: the same, or what differs', () => {
    const { second, env } = checkouts();
    const explained = (): string[] => second.run(['explain', '//p:t'], { env }).stdout.split('\n');
    expect(explained()[0]).toBe('//p:t was never built here, but by another checkout, with the same key');
    expect(explained()).toContain('  so //p:t would be taken from the local cache');
    second.write('p/BUILD.toml', buildFile({ tools: '', timeout: '', env: '{ MODE = "two" }' }));
    expect(explained()[0]).toBe('the variable MODE changed from one to two');
    expect(explained()[1]).toContain('against what another checkout has built');
  });

  it('is told by the nearest that is known under another name', () => {
    const { first, env } = checkouts();
    first.write(
      'p/BUILD.toml',
      buildFile({ tools: '', timeout: '' }).replace('name = "t"', 'name = "renamed"'),
    );
    expect(first.run(['explain', '//p:renamed'], { env }).stdout).toBe(
      `//p:renamed was never built here
  also: the nearest that is known is //p:t, which has the same key
  so //p:renamed would be taken from the local cache
`,
    );
  });
});

describe('what was built in between', () => {
  it('does not hide what the change was', () => {
    const workspace = builtWorkspace();
    workspace.write('p/lib.txt', 'another lib\n');
    workspace.run(['build', '//p:lib']);
    const lines = workspace.run(['explain', '//p:t']).stdout.split('\n');
    expect(lines[0]).toMatch(/^p\/lib\.txt changed from /);
    expect(lines).toContain('  so //p:t would run');
    workspace.run(['build', '//p:t']);
    expect(workspace.run(['explain', '//p:t']).stdout).toMatch(
      /^\/\/p:t is up to date\n {2}what changed last: p\/lib\.txt changed from /,
    );
  });
});
