import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const target = (name: string, srcs: readonly string[], deps: readonly string[], shell: string): string =>
  `[[target]]\nname = "${name}"\nrule = "command"\nsrcs = ${JSON.stringify(srcs)}\ndeps = ${JSON.stringify(deps)}\nouts = ["${name}.out"]\nshell = ${JSON.stringify(shell)}\n`;

const CAT = 'cat $SRCS $DEPS > $OUT';
const check = '[[target]]\nname = "check"\nrule = "test"\ndeps = [":app"]\nshell = "true"\n';

const workspace = (): TestWorkspace =>
  createWorkspace({
    'recomp.toml': '',
    'lib/in.txt': 'one\n',
    'lib/BUILD.toml': target('lib', ['in.txt'], [], CAT),
    'app/in.txt': 'one\n',
    'app/BUILD.toml': target('app', ['in.txt'], ['//lib'], CAT) + target('side', [], ['//lib'], CAT) + check,
    'far/in.txt': 'one\n',
    'far/BUILD.toml': target('far', ['in.txt'], [], CAT),
  });

/** What is kept of wider builds, out of the way while `ask` runs. */
function without<T>(ws: TestWorkspace, ask: () => T): T {
  const state = join(ws.root, '.recomp/state');
  const kept = readdirSync(state).filter((name) => name.endsWith('.asked'));
  expect(kept).not.toEqual([]);
  for (const name of kept) renameSync(join(state, name), join(ws.root, name));
  try {
    return ask();
  } finally {
    for (const name of kept) renameSync(join(ws.root, name), join(state, name));
  }
}

const CHANGES: readonly (readonly [what: string, change: (ws: TestWorkspace) => void])[] = [
  ['nothing', () => {}],
  ['its source', (ws) => ws.write('app/in.txt', 'two\n')],
  ['a source of what it needs', (ws) => ws.write('lib/in.txt', 'two\n')],
  ['what it does not need', (ws) => ws.write('far/in.txt', 'two\n')],
  ['an output that is not there', (ws) => rmSync(join(ws.root, 'recomp-out/app/app.out'))],
  ['an edited output of what it needs', (ws) => ws.write('recomp-out/lib/lib.out', 'edited\n')],
  ['its own declaration', (ws) => ws.write('app/BUILD.toml', target('app', ['in.txt'], [], CAT))],
  ['that of another package', (ws) => ws.write('far/BUILD.toml', target('far', [], [], ': > $OUT'))],
  ['a mistake in its package', (ws) => ws.write('app/BUILD.toml', '[[target]]\nname = 1\n')],
  ['the settings', (ws) => ws.write('recomp.toml', '[sandbox]\nbase_id = "x"\n')],
];

it.each(CHANGES)(
  'one target out of a build of all is explained as it is by itself, after a change of %s',
  (_, change) => {
    const ws = workspace();
    expect(ws.run(['build', '//...']).code).toBe(0);
    change(ws);
    for (const words of [
      ['//app'],
      ['//app:side'],
      ['//app:check'],
      ['//lib', '--json'],
      ['--key', '//app'],
    ]) {
      const ask = () => ws.run(['explain', ...words]);
      const within = ask();
      expect(within, words.join(' ')).toEqual(without(ws, ask));
    }
  },
);
