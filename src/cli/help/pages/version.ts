import { definePage } from '../command-page.ts';

export const versionPage = definePage({
  name: 'version',
  usage: ['[--json]'],
  about: ['Prints the version, as `recomp --version` does.'],
  options: [{ name: 'json', text: 'Print the version, and what it runs on, as JSON.' }],
  examples: [],
  completes: 'nothing',
});
