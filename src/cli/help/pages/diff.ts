import { definePage } from '../command-page.ts';

export const diffPage = definePage({
  name: 'diff',
  usage: ['[OPTION…] [RUN [RUN]]'],
  about: [
    'Says what differs between two runs in what was asked for, read and made, and why: what in the keys of actions is another, and what only followed from it. Where a result came from is no difference.',
    'By default the newest run is compared with the one before it; `recomp help show` says what RUN may be.',
  ],
  options: [
    { name: 'all', text: 'Leave nothing out of long lists.' },
    { name: 'json', text: 'Print the same as JSON.' },
  ],
  examples: [
    ['recomp diff', 'what is new since the run before'],
    ['recomp diff latest~5 latest', 'what has changed over the last five runs'],
  ],
  completes: 'runs',
});
