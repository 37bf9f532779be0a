import { definePage } from '../command-page.ts';

export const runsPage = definePage({
  name: 'runs',
  usage: ['[OPTION…]'],
  about: [
    'Lists the runs that are remembered, newest first: how each ended, when it was, how long it took, what became of its actions, and the command that asked for it.',
  ],
  options: [
    { name: 'limit', short: 'n', value: 'N', text: 'List at most N. Default: 20; with --json, 1000.' },
    { name: 'json', text: 'Print the same as JSON.' },
  ],
  examples: [
    ['recomp runs', 'the last 20 runs'],
    ['recomp show latest~1', 'the one before the newest'],
  ],
  completes: 'nothing',
});
