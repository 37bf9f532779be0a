import { definePage } from '../command-page.ts';
import { BUILD_OPTIONS } from './build-options.ts';

const SHARED: ReadonlySet<string> = new Set(['jobs', 'sandbox', 'keep-sandbox', 'no-remote']);

export const watchPage = definePage({
  name: 'watch',
  usage: ['[OPTION…] PATTERN…'],
  about: [
    'Builds what the patterns name, and then again whenever something changes that the build read: sources, recomp.toml and BUILD.toml files, rule packages and what they import, folders that globs list, tools. Nothing else wakes it. A failure does not keep it from building the rest; a mistake in the workspace is shown, and the next change tries again.',
    'On a terminal: r looks at everything and builds what is not as it should be, e explains the last round in full, q quits. Each round leaves its record in .recomp/runs/.',
    'Exit code: 0 after q; 128+n after signal n; 2 the command line has a mistake.',
  ],
  options: [
    ...BUILD_OPTIONS.filter((option) => SHARED.has(option.name)),
    {
      name: 'on-round',
      value: 'COMMAND',
      text: 'Run this in a shell after each round. It finds RECOMP_ROUND, RECOMP_STATE (succeeded, failed, cancelled or broken), RECOMP_RUN_ID, RECOMP_RUN_DIR, RECOMP_EXECUTED and RECOMP_FAILED in its environment.',
    },
    {
      name: 'compare',
      text: 'Keep .recomp/rounds.html at what the last round changed, as recomp compare shows it; a page that is open loads itself anew. Without --json that is done anyway after rounds in which code was lifted or validated.',
    },
    { name: 'no-compare', text: 'Do not write that page.' },
    {
      name: 'poll',
      value: 'MS',
      text: 'Look at files every MS milliseconds, for file systems that report no changes, such as network shares.',
    },
    { name: 'json', text: 'Print what happens as JSON, an event a line.' },
  ],
  examples: [
    ['recomp watch //...', 'everything, at each change'],
    [
      'recomp watch //game:validate',
      'one target and what it needs; .recomp/rounds.html shows what rounds change',
    ],
    ['recomp watch //... --on-round \'notify-send recomp "$RECOMP_STATE"\'', 'tell the desktop'],
  ],
  completes: 'targets',
});
