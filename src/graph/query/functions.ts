/** What a function takes, in order: a set of targets, a word, a regular expression, or a number that may be left out. */
export type Parameter = 'set' | 'word' | 'regex' | 'number?';

export const FUNCTIONS = {
  allpaths: { takes: ['set', 'set'], form: 'allpaths(FROM, TO)' },
  attr: { takes: ['word', 'regex', 'set'], form: 'attr(NAME, REGEX, SET)' },
  deps: { takes: ['set', 'number?'], form: 'deps(SET[, DEPTH])' },
  filter: { takes: ['regex', 'set'], form: 'filter(REGEX, SET)' },
  kind: { takes: ['regex', 'set'], form: 'kind(REGEX, SET)' },
  labels: { takes: ['word', 'set'], form: 'labels(ATTRIBUTE, SET)' },
  rdeps: { takes: ['set', 'set', 'number?'], form: 'rdeps(UNIVERSE, SET[, DEPTH])' },
  some: { takes: ['set', 'number?'], form: 'some(SET[, COUNT])' },
  somepath: { takes: ['set', 'set'], form: 'somepath(FROM, TO)' },
  tests: { takes: ['set'], form: 'tests(SET)' },
} as const satisfies Readonly<
  Record<string, { readonly takes: readonly Parameter[]; readonly form: string }>
>;

export type FunctionName = keyof typeof FUNCTIONS;

export const isFunction = (name: string): name is FunctionName => Object.hasOwn(FUNCTIONS, name);
