import { definePage } from '../command-page.ts';

export const explainPage = definePage({
  name: 'explain',
  usage: ['[OPTION…] LABEL'],
  about: [
    'Says whether a target would run, and what made it so: the file, variable, argument or tool that differs from its last success, what was there before and what is there now. Where it waits for another target, that one’s cause comes first.',
    'Nothing is run and nothing is changed.',
  ],
  options: [
    { name: 'key', text: 'Show everything the cache key is made of, by its three parts.' },
    { name: 'json', text: 'Print the same as JSON.' },
    {
      name: 'sandbox',
      value: 'MODE',
      text: 'As for a build with this sandbox.',
      words: ['auto', 'required', 'off'],
    },
    {
      name: 'remote-download',
      value: 'WHAT',
      text: 'As for a build that fetches this.',
      words: ['all', 'toplevel', 'minimal'],
    },
  ],
  examples: [
    ['recomp explain //hello', 'why //hello:hello would run'],
    ['recomp explain //hello --key', 'what its key is made of'],
  ],
  completes: 'targets',
});
