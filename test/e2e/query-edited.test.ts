import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const target = (name: string, deps: readonly string[], more = ''): string =>
  `[[target]]\nname = "${name}"\nrule = "command"\ndeps = ${JSON.stringify(deps)}\nouts = ["${name}.out"]\nshell = "cat $DEPS > $OUT"\n${more}`;

const workspace = (): TestWorkspace =>
  createWorkspace({
    'recomp.toml': '',
    'lib/BUILD.toml': target('lib', []) + target('other', []),
    'app/BUILD.toml': target('app', ['//lib', ':side']) + target('side', []),
    'far/BUILD.toml': target('far', ['//lib:other']),
  });

const EDITS: readonly (readonly [what: string, file: string, text: string])[] = [
  ['of what it depends on', 'app/BUILD.toml', target('app', ['//lib:other']) + target('side', ['//far'])],
  [
    'of a member',
    'app/BUILD.toml',
    target('app', ['//lib', ':side'], 'tags = ["new"]\n') + target('side', []),
  ],
  [
    'of its rule',
    'app/BUILD.toml',
    `${target('app', ['//lib'])}[[target]]\nname = "side"\nrule = "test"\nshell = "true"\n`,
  ],
  ['that adds a target', 'app/BUILD.toml', target('app', []) + target('side', []) + target('third', [])],
  ['that takes one away', 'app/BUILD.toml', target('app', ['//lib'])],
  ['that closes a circle', 'lib/BUILD.toml', target('lib', ['//app']) + target('other', [])],
  ['that names what is not there', 'app/BUILD.toml', target('app', ['//lib:gone']) + target('side', [])],
  [
    'with a mistake',
    'app/BUILD.toml',
    `${target('app', ['//lib'])}${target('side', [])}[[target]]\nname = 1\n`,
  ],
  ['that says the same', 'far/BUILD.toml', `# a comment\n${target('far', ['//lib:other'])}`],
  ['of a folder that was none', 'new/BUILD.toml', target('new', ['//app'])],
];

const QUESTIONS = [
  ['//...', '--output', 'json'],
  ['kind(test, //...) + attr(tags, new, //...) + somepath(//app, //lib)'],
];

/** As if nobody had asked before. */
function anew<T>(ws: TestWorkspace, ask: () => T): T {
  const [kept, away] = [join(ws.root, '.recomp'), join(ws.root, '.kept')];
  renameSync(kept, away);
  const answer = ask();
  renameSync(kept, `${away}-${Date.now()}-${Math.random()}`);
  renameSync(away, kept);
  return answer;
}

it.each(EDITS)(
  'after an edit %s all questions have the answers of a workspace that is read anew',
  (_, file, text) => {
    const ws = workspace();
    expect(ws.run(['query', '//...']).code).toBe(0);
    ws.write(file, text);
    for (const words of QUESTIONS) {
      const ask = () => ws.run(['query', ...words]);
      expect(ask(), words.join(' ')).toEqual(anew(ws, ask));
    }
  },
);
