import { definePage } from '../command-page.ts';

export const cleanPage = definePage({
  name: 'clean',
  usage: ['[OPTION…] [PATTERN…]'],
  about: [
    'Removes the outputs of the targets that the patterns name; without patterns, all of recomp-out/ and what recomp remembers of earlier builds. Past runs and the cache stay: the next build takes its results from there.',
    'It is never needed for a right result, only for room on the disk. Links are removed, never followed.',
  ],
  options: [
    {
      name: 'expunge',
      text: 'Remove .recomp/ as well: past runs, their logs, and everything that is known about files.',
    },
    {
      name: 'proprietary',
      text: 'Remove whatever may hold bytes that were built before provenance.toml called them proprietary: recomp-out/, .recomp/, the copies of [outputs] in the workspace, and all of the local cache, which other workspaces share.',
    },
  ],
  examples: [
    ['recomp clean', 'all outputs'],
    ['recomp clean //big/...', 'those of one folder and below'],
  ],
  completes: 'targets',
});
