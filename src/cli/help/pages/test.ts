import { definePage } from '../command-page.ts';
import { BUILD_OPTIONS } from './build-options.ts';

export const testPage = definePage({
  name: 'test',
  usage: ['[OPTION…] PATTERN…'],
  about: [
    'Runs those tests that the patterns name, and builds only what they depend on. A test whose inputs have not changed since it passed is not run again. All tests are run, even after one has failed; a failed one’s output is shown, of each stream the last 64 KiB at most.',
    'Exit code: 0 all passed; 1 a test, or something that one needs, failed; 2 there is no such test, or a mistake in the workspace or the command line.',
  ],
  options: [
    { name: 'junit', value: 'FILE', text: 'Write the results there as JUnit XML.' },
    { name: 'json', text: 'Print the results as JSON.' },
    ...BUILD_OPTIONS,
  ],
  examples: [
    ['recomp test //...', 'every test'],
    ['recomp test //... --junit results.xml', 'and a file for the build server'],
    ['recomp test //parser:all --force', 'those of one folder, even if they passed'],
  ],
  completes: 'targets',
});
