import { definePage } from '../command-page.ts';

export const comparePage = definePage({
  name: 'compare',
  usage: ['[--out FILE] [--reload] [--json]', 'RUN RUN [--out FILE] [--json]'],
  about: [
    'Shows what the last round of the loop changed: names, the emitted code function by function, the validation, and every output that is another one. A round is a run that lifted something; the last one is compared with the one before it that made something else, or one named run with another.',
    'It writes a page, .recomp/rounds.html unless --out says where, and the short of it on standard output. What a run made is read from the local cache: what was evicted cannot be shown, and the page says so.',
  ],
  options: [
    { name: 'out', short: 'o', value: 'FILE', text: 'Where the page goes. Default: .recomp/rounds.html.' },
    {
      name: 'reload',
      text: 'The page loads itself anew every two seconds. recomp watch --compare writes it like this after each round.',
    },
    { name: 'json', text: 'Print the differences as JSON, and write no page unless --out is given.' },
  ],
  examples: [
    ['recomp compare', 'after a build: what did the new name change?'],
    ['recomp compare 20260301-101500-aa 20260301-104500-bb', 'two runs by their ids'],
  ],
  completes: 'nothing',
});
