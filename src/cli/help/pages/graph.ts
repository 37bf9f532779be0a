import { definePage } from '../command-page.ts';

export const graphPage = definePage({
  name: 'graph',
  usage: ['[OPTION…] PATTERN…', '[OPTION…] --query EXPRESSION'],
  about: [
    'Draws the targets that the patterns name, and what they depend on: stages beside each other, coloured by what became of each target in the last run, with the chain marked that took longest. Nothing is built.',
    'The page (html, the default) needs neither server nor network: groups of targets open with a click, / searches, and ? lists the keys. Without --out it is written to .recomp/graph.html; other formats go to stdout.',
  ],
  options: [
    {
      name: 'format',
      short: 'f',
      value: 'FORMAT',
      words: ['html', 'svg', 'mermaid', 'dot', 'json'],
      text: 'html, svg, mermaid, dot (for Graphviz) or json. Default: by the ending of --out, else html.',
    },
    { name: 'out', short: 'o', value: 'FILE', text: 'Write there; - is stdout.' },
    {
      name: 'query',
      value: 'EXPRESSION',
      text: 'Draw what this expression gives, and nothing else: see `recomp help query`.',
    },
    { name: 'run', value: 'RUN', text: 'Colour by this run instead of the latest.' },
    {
      name: 'boxes',
      value: 'N',
      text: 'svg and mermaid: at most so many boxes; groups stand for the rest. Default: 150.',
    },
    { name: 'json', text: 'The same as --format=json.' },
  ],
  examples: [
    ['recomp graph //...', 'a page of everything'],
    ['recomp graph //app -o app.svg', 'a picture of //app:app and what it needs'],
    ['recomp graph --query "somepath(//app, //lib:names)" -f mermaid', 'one path, for a text'],
  ],
  completes: 'targets',
});
