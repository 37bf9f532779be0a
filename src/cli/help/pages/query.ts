import { definePage } from '../command-page.ts';

export const queryPage = definePage({
  name: 'query',
  usage: ['[OPTION…] EXPRESSION', '[OPTION…] --file FILE'],
  about: [
    'Says what depends on what, by what the workspace’s files declare; nothing is built, and no rule is run. An expression is a label, a pattern such as //a/..., a function of such, or several joined by + (union), - (except) or ^ (intersect), from left to right.',
    'Functions: deps(X[, DEPTH]), rdeps(UNIVERSE, X[, DEPTH]), allpaths(X, Y), somepath(X, Y), kind(REGEX, X), attr(NAME, REGEX, X), labels(ATTRIBUTE, X), filter(REGEX, X), tests(X), some(X[, COUNT]). Also set(//a //b), and let v = X in … $v ….',
    'Put the expression in quotes, or the shell takes its parentheses. docs/query.md explains all of it.',
  ],
  options: [
    {
      name: 'output',
      value: 'FORMAT',
      words: ['label', 'label_kind', 'json', 'dot'],
      text: 'label (a line each), label_kind (with the rule), json (with file, attributes and dependencies) or dot (for Graphviz). Default: label.',
    },
    { name: 'json', text: 'The same as --output=json.' },
    { name: 'file', value: 'FILE', text: 'Read the expression from a file.' },
  ],
  examples: [
    ['recomp query "deps(//app)"', 'what //app:app needs'],
    ['recomp query "rdeps(//..., //lib:names, 1)"', 'what uses it directly'],
    ['recomp query "somepath(//app, //lib:names)"', 'why it needs that one'],
    ['recomp query "tests(rdeps(//..., //lib:names))"', 'the tests it could break'],
  ],
  completes: 'query',
});
