import { definePage } from '../command-page.ts';

export const showPage = definePage({
  name: 'show',
  usage: ['[OPTION…] [RUN]'],
  about: [
    'Says what a run did: which actions ran and for how long, what failed, what came out of which cache and which run had put it there, the critical path, and the largest outputs. What was up to date is only counted.',
    'RUN is the name of a run, enough of its beginning or end, latest (the default), or latest~N: the Nth before it.',
  ],
  options: [
    { name: 'all', text: 'List every action that something was done for.' },
    {
      name: 'html',
      value: 'FILE',
      text: 'Write the run with its logs as a page, which needs no network and nothing beside it.',
    },
    { name: 'json', text: 'Print the same as JSON.' },
  ],
  examples: [
    ['recomp show', 'the newest run'],
    ['recomp show latest~1 --all', 'the one before, with all of its actions'],
    ['recomp show --html run.html', 'a page to look at, or to send to somebody'],
  ],
  completes: 'runs',
});
