import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../src/graph/query/evaluate.ts';
import { parseQuery } from '../../../../src/graph/query/parse.ts';
import { touchedFaults } from '../../../../src/graph/query/touched-faults.ts';
import { toyGraph } from '../../../support/declared-graph.ts';

const fault = (pkg: string) => ({
  pkg,
  diagnostic: { severity: 'error', code: 'x', message: `in ${pkg}` } as const,
});

const graph = toyGraph(
  {
    '//:top': { deps: ['//app:app'] },
    '//app:app': {
      deps: ['//lib:lib', '//lib/deep:core'],
      attributes: { deps: ['//lib:lib', '//lib/deep:core'], shell: 'cc -O2', tags: ['slow', 'big'] },
    },
    '//app:app-test': { rule: 'test', deps: ['//app:app'], attributes: { network: true, env: { A: '1' } } },
    '//lib:lib': { deps: ['//lib/deep:core'] },
    '//lib:util': { attributes: { actual: '//lib:lib' } },
    '//lib/deep:core': {},
  },
  [fault('lib/deep'), fault('lost/within'), { diagnostic: fault('').diagnostic }],
);

function ask(text: string, here = ''): string[] | string {
  const parsed = parseQuery(text);
  if (!parsed.ok) return parsed.error.message;
  const answer = evaluate(graph, parsed.value, here);
  return answer.ok
    ? answer.value.map((i) => graph.labels[i] ?? '')
    : `${answer.error.message} → ${answer.error.help}`;
}

describe('evaluate', () => {
  it.each([
    ['//app', ['//app:app']],
    ['//app:all', ['//app:app', '//app:app-test']],
    ['//app:*', ['//app:app', '//app:app-test']],
    ['//lib/...:all', ['//lib/deep:core', '//lib:lib', '//lib:util']],
    ['//lib/... - //lib:all', ['//lib/deep:core']],
    ['deps(//app, 1)', ['//app:app', '//lib/deep:core', '//lib:lib']],
    ['deps(//app, 0)', ['//app:app']],
    ['rdeps(//..., //lib, 1)', ['//app:app', '//lib:lib']],
    ['rdeps(//lib/..., //lib/deep:core)', ['//lib/deep:core', '//lib:lib']],
    ['somepath(//:top, //lib/deep:core)', ['//:top', '//app:app', '//lib/deep:core']],
    ['somepath(//lib, //app)', []],
    ['deps(somepath(//lib, //app))', []],
    ['tests(//...)', ['//app:app-test']],
    ['kind("^test$", //...) + kind("test rule", //...)', ['//app:app-test']],
    ['attr(shell, "-O[23]", //...)', ['//app:app']],
    ['attr(tags, "[\\[ ]big[,\\]]", //...)', ['//app:app']],
    ['attr(network, true, //...)', ['//app:app-test']],
    ['attr(env, \'"A":"1"\', //...)', ['//app:app-test']],
    ['attr(name, "^core$", //...)', ['//lib/deep:core']],
    ['attr(toString, ".", //...)', []],
    ['labels(deps, //app) + labels(actual, //lib:util)', ['//lib/deep:core', '//lib:lib']],
    ['some(//lib:all)', ['//lib:lib']],
    ['some(//lib:all, 9)', ['//lib:lib', '//lib:util']],
    ['set()', []],
    ['let x = //lib in let x = //app in $x', ['//app:app']],
    ['(let x = //lib in $x) + (let x = //app in $x)', ['//app:app', '//lib:lib']],
  ])('%s', (text, expected) => expect(ask(text)).toEqual(expected));

  it('takes a bare word as a target of the current folder', () => {
    expect(ask('app + :app-test', 'app')).toEqual(['//app:app', '//app:app-test']);
    expect(ask('...', 'lib')).toEqual(['//lib/deep:core', '//lib:lib', '//lib:util']);
  });

  it.each([
    ['//lib:libb', '//lib has no target "libb" → did you mean //lib:lib?'],
    ['//deep:core', 'there is no package //deep → did you mean //lib/deep?'],
    ['//lip', 'there is no package //lip → did you mean //lib?'],
    ['//zzz/...', '//zzz/...: there are no targets below //zzz → a package is a folder with a BUILD.toml'],
  ])('of %s says what is not there', (text, message) => expect(ask(text)).toBe(message));
});

describe('touchedFaults', () => {
  const touched = (text: string): string[] => {
    const parsed = parseQuery(text);
    return parsed.ok
      ? touchedFaults(graph, parsed.value, '').map((f) => f.diagnostic.message)
      : [parsed.error.message];
  };

  it('are those the answer could hang on', () => {
    expect(touched('deps(//:top)')).toEqual(['in lib/deep', 'in ']);
    expect(touched('//lib:util')).toEqual(['in ']);
    expect(touched('//lost/...')).toEqual(['in lost/within', 'in ']);
    expect(touched('//lost/within:unknown')).toEqual(['in lost/within', 'in ']);
    expect(touched('let x = //lib in set(//lib:util) - $x')).toEqual(['in lib/deep', 'in ']);
  });
});
