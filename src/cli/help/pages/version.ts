import { definePage } from '../command-page.ts';

export const versionPage = definePage({
  name: 'version',
  usage: [''],
  about: ['Prints the version, as `recomp --version` does.'],
  options: [],
  examples: [],
  completes: 'nothing',
});
