import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evaluate } from '../../src/graph/query/evaluate.ts';
import { parseQuery } from '../../src/graph/query/parse.ts';
import { toyGraph } from '../support/declared-graph.ts';

/** A query as a tree of its own: what the language should say is worked out from this, never from what was parsed. */
type Query =
  | { readonly is: 'target'; readonly n: number }
  | { readonly is: 'package'; readonly n: number }
  | { readonly is: 'all' }
  | { readonly is: 'set'; readonly ns: readonly number[] }
  | { readonly is: 'chain'; readonly first: Query; readonly rest: readonly (readonly [string, Query])[] }
  | { readonly is: 'deps'; readonly of: Query; readonly depth: number | undefined }
  | { readonly is: 'rdeps'; readonly in: Query; readonly of: Query; readonly depth: number | undefined }
  | { readonly is: 'allpaths'; readonly from: Query; readonly to: Query }
  | { readonly is: 'filter' | 'kind' | 'attr'; readonly word: string; readonly of: Query }
  | { readonly is: 'tests'; readonly of: Query }
  | { readonly is: 'let'; readonly value: Query; readonly body: Query }
  | { readonly is: 'variable' };

interface World {
  readonly size: number;
  readonly edges: ReadonlySet<string>;
}

const PACKAGES = 3;
const nameOf = (n: number): string => `//p${n % PACKAGES}:t${String(n).padStart(2, '0')}`;
const isTest = (n: number): boolean => n % 4 === 3;
const RULES = ['command', 'test'] as const;

const world: fc.Arbitrary<World> = fc.integer({ min: 3, max: 14 }).chain((size) =>
  fc
    // Circles among them: a query must end on those too.
    .array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: size * 3 })
    .map((pairs) => ({ size, edges: new Set(pairs.map(([a, b]) => `${a}>${b}`)) })),
);

const depth = fc.option(fc.nat(4), { nil: undefined });

const query = (size: number): fc.Arbitrary<Query> =>
  fc.letrec<{ query: Query }>((tie) => {
    const sub = tie('query');
    const leaf: fc.Arbitrary<Query> = fc.oneof(
      fc.record({ is: fc.constant('target' as const), n: fc.nat(size - 1) }),
      fc.record({ is: fc.constant('package' as const), n: fc.nat(Math.min(size, PACKAGES) - 1) }),
      fc.constant({ is: 'all' as const }),
      fc.constant({ is: 'variable' as const }),
      fc.record({ is: fc.constant('set' as const), ns: fc.array(fc.nat(size - 1), { maxLength: 4 }) }),
    );
    const operator = fc.constantFrom('+', '-', '^', 'union', 'except', 'intersect');
    const node: fc.Arbitrary<Query> = fc.oneof(
      fc.record({
        is: fc.constant('chain' as const),
        first: sub,
        rest: fc.array(fc.tuple(operator, sub), { minLength: 1, maxLength: 3 }),
      }),
      fc.record({ is: fc.constant('deps' as const), of: sub, depth }),
      fc.record({ is: fc.constant('rdeps' as const), in: sub, of: sub, depth }),
      fc.record({ is: fc.constant('allpaths' as const), from: sub, to: sub }),
      fc.record({
        is: fc.constantFrom('filter' as const, 'kind' as const, 'attr' as const),
        word: fc.constantFrom('1', 'p2', 'test', 'com.*d rule', '^//p0'),
        of: sub,
      }),
      fc.record({ is: fc.constant('tests' as const), of: sub }),
      fc.record({ is: fc.constant('let' as const), value: sub, body: sub }),
    );
    return { query: fc.oneof({ maxDepth: 4, withCrossShrink: true }, leaf, node) };
  }).query;

const withDepth = (n: number | undefined): string => (n === undefined ? '' : `, ${n}`);

function textOf(q: Query): string {
  switch (q.is) {
    case 'target':
      return nameOf(q.n);
    case 'package':
      return `//p${q.n}:all`;
    case 'all':
      return '//...';
    case 'variable':
      return '$v';
    case 'set':
      return `set(${q.ns.map(nameOf).join(' ')})`;
    case 'chain':
      return `(${[textOf(q.first), ...q.rest.map(([operator, operand]) => `${operator} ${textOf(operand)}`)].join(' ')})`;
    case 'deps':
      return `deps(${textOf(q.of)}${withDepth(q.depth)})`;
    case 'rdeps':
      return `rdeps(${textOf(q.in)}, ${textOf(q.of)}${withDepth(q.depth)})`;
    case 'allpaths':
      return `allpaths(${textOf(q.from)}, ${textOf(q.to)})`;
    case 'filter':
    case 'kind':
      return `${q.is}("${q.word}", ${textOf(q.of)})`;
    case 'attr':
      return `attr(rule, '${q.word}', ${textOf(q.of)})`;
    case 'tests':
      return `tests(${textOf(q.of)})`;
    case 'let':
      return `(let v = ${textOf(q.value)} in ${textOf(q.body)})`;
  }
}

type Some = ReadonlySet<number>;

/** By definition and brute force: every walk of at most so many steps, one target at a time. */
function oracle(w: World, q: Query, v: Some): Some {
  const of = (sub: Query): Some => oracle(w, sub, v);
  const all = Array.from({ length: w.size }, (_, n) => n);
  const where = (test: (n: number) => boolean): Some => new Set(all.filter(test));
  const rule = (n: number): string => (isTest(n) ? RULES[1] : RULES[0]);
  switch (q.is) {
    case 'target':
      return new Set([q.n]);
    case 'package':
      return where((n) => n % PACKAGES === q.n);
    case 'all':
      return new Set(all);
    case 'variable':
      return v;
    case 'set':
      return new Set(q.ns);
    case 'chain':
      return q.rest.reduce((left, [operator, operand]) => combine(operator, left, of(operand)), of(q.first));
    case 'deps': {
      const from = of(q.of);
      return where((n) => [...from].some((start) => walks(w, start, n, q.depth)));
    }
    case 'rdeps': {
      const universe = of(q.in);
      const inside = where((n) => [...universe].some((start) => walks(w, start, n, undefined)));
      const to = [...of(q.of)].filter((n) => inside.has(n));
      return where((n) => inside.has(n) && to.some((end) => walks(w, n, end, q.depth, inside)));
    }
    case 'allpaths': {
      const [from, to] = [of(q.from), of(q.to)];
      return where(
        (n) => [...from].some((start) => walks(w, start, n)) && [...to].some((end) => walks(w, n, end)),
      );
    }
    case 'filter':
      return new Set([...of(q.of)].filter((n) => new RegExp(q.word).test(nameOf(n))));
    case 'kind':
      return new Set([...of(q.of)].filter((n) => new RegExp(q.word).test(`${rule(n)} rule`)));
    case 'attr':
      return new Set([...of(q.of)].filter((n) => new RegExp(q.word).test(rule(n))));
    case 'tests':
      return new Set([...of(q.of)].filter(isTest));
    case 'let':
      return oracle(w, q.body, of(q.value));
  }
}

function combine(operator: string, a: Some, b: Some): Some {
  if (operator === '+' || operator === 'union') return new Set([...a, ...b]);
  if (operator === '-' || operator === 'except') return new Set([...a].filter((n) => !b.has(n)));
  return new Set([...a].filter((n) => b.has(n)));
}

/** Whether `end` is at most so many steps from `start`, all of them inside. */
function walks(w: World, start: number, end: number, depth = w.size, inside?: Some): boolean {
  if (start === end) return inside === undefined || inside.has(start);
  if (depth === 0 || (inside && !inside.has(start))) return false;
  let now = new Set([start]);
  for (let step = 0; step < Math.min(depth, w.size); step++) {
    const next = new Set<number>();
    for (const at of now)
      for (let to = 0; to < w.size; to++)
        if (w.edges.has(`${at}>${to}`) && (!inside || inside.has(to))) next.add(to);
    if (next.has(end)) return true;
    now = next;
  }
  return false;
}

const graphOf = ({ size, edges }: World) =>
  toyGraph(
    Object.fromEntries(
      Array.from({ length: size }, (_, n) => [
        nameOf(n),
        {
          rule: isTest(n) ? RULES[1] : RULES[0],
          deps: Array.from({ length: size }, (_, to) => to)
            .filter((to) => edges.has(`${n}>${to}`))
            .map(nameOf),
        },
      ]),
    ),
  );

function ask(w: World, text: string): string[] {
  const graph = graphOf(w);
  const parsed = parseQuery(text);
  if (!parsed.ok) throw new Error(`${parsed.error.message} in ${text}`);
  const answer = evaluate(graph, parsed.value, '');
  if (!answer.ok) throw new Error(`${answer.error.message} in ${text}`);
  return answer.value.map((i) => graph.labels[i] ?? '');
}

const RUNS = 500;

it(`answers on ${RUNS} random graphs what brute force finds`, () => {
  const asked = world.chain((w) =>
    fc.tuple(fc.constant(w), fc.array(query(w.size), { minLength: 4, maxLength: 4 })),
  );
  fc.assert(
    fc.property(asked, ([w, queries]) => {
      for (const q of queries) {
        const whole: Query = { is: 'let', value: { is: 'all' }, body: q };
        const expected = [...oracle(w, whole, new Set())].map(nameOf).sort();
        expect(ask(w, textOf(whole)), textOf(whole)).toEqual(expected);
      }
    }),
    { numRuns: RUNS },
  );
});

it(`finds a shortest path on ${RUNS} random graphs, or none where there is none`, () => {
  const asked = world.chain((w) => fc.tuple(fc.constant(w), query(w.size), query(w.size)));
  fc.assert(
    fc.property(asked, ([w, from, to]) => {
      const all: Some = new Set(Array.from({ length: w.size }, (_, n) => n));
      const [starts, ends] = [oracle(w, from, all), oracle(w, to, all)];
      const text = `let v = //... in somepath(${textOf(from)}, ${textOf(to)})`;
      const path = ask(w, text).map((label) => Number(label.slice(-2)));
      const shortest = Array.from({ length: w.size }, (_, n) => n).find((n) =>
        [...starts].some((start) => [...ends].some((end) => walks(w, start, end, n))),
      );
      expect(path.length).toBe(shortest === undefined ? 0 : shortest + 1);
      if (path.length === 0) return;
      expect(starts.has(path[0] ?? -1) && ends.has(path.at(-1) ?? -1)).toBe(true);
      for (let i = 1; i < path.length; i++) expect(w.edges.has(`${path[i - 1]}>${path[i]}`)).toBe(true);
    }),
    { numRuns: RUNS },
  );
});

it('takes any text without falling over, and points into it', () => {
  const pieces = fc.constantFrom(
    ...['(', ')', ',', '+', '-', '^', '=', '"', "'", 'let', 'in', 'set', '$v', 'v', 'deps', 'rdeps', 'attr'],
    ...[
      'kind',
      'somepath',
      '//...',
      '//p0:t00',
      '//nowhere',
      '3',
      '[',
      '\\',
      '\n',
      '*',
      'é',
      '\u0000',
      '(?<',
    ],
  );
  const soup = fc.oneof(
    fc.array(pieces, { maxLength: 40 }).map((words) => words.join(' ')),
    fc.array(pieces, { maxLength: 40 }).map((words) => words.join('')),
    fc.string({ unit: 'binary', maxLength: 200 }),
  );
  const graph = graphOf({ size: 4, edges: new Set(['0>1', '1>2']) });
  fc.assert(
    fc.property(soup, (text) => {
      const parsed = parseQuery(text);
      const answer = parsed.ok ? evaluate(graph, parsed.value, '') : parsed;
      if (answer.ok) return;
      const { at, message } = answer.error;
      expect(message).not.toBe('');
      expect(at.start >= 0 && at.start <= text.length && at.length > 0).toBe(true);
    }),
    { numRuns: 3000 },
  );
});
