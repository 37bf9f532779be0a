import { definePage } from '../command-page.ts';
import { BUILD_OPTIONS } from './build-options.ts';

export const buildPage = definePage({
  name: 'build',
  usage: ['[OPTION…] PATTERN…'],
  about: [
    'Builds the targets that the patterns name, and what they depend on; tests are left to `recomp test`. An action runs only if something it reads, its command or its tools have changed and no cache has the result. Outputs appear in recomp-out/.',
    'Exit code: 0 all was built; 1 a target failed; 2 the workspace or the command line has a mistake; 4 the machine failed (no sandbox although one is required, disk full).',
  ],
  options: [
    ...BUILD_OPTIONS,
    {
      name: 'dry-run',
      value: 'json',
      valueIsOptional: true,
      words: ['json', 'text'],
      text: 'Only say what would run, as text or as JSON.',
    },
    { name: 'json', text: 'Print what became of each target as JSON.' },
  ],
  examples: [
    ['recomp build //...', 'everything'],
    ['recomp build :report', 'one target of the current folder'],
    ['recomp build //... -//docs/...', 'everything but what is in docs'],
  ],
  completes: 'targets',
});
