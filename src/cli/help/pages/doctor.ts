import { definePage } from '../command-page.ts';

export const doctorPage = definePage({
  name: 'doctor',
  usage: ['[OPTION…]'],
  about: [
    'Tries what builds need on this machine and in this workspace, and says how to get what is missing: node, each kind of sandbox, a C compiler, git, the caches, the clock, the workspace’s own files, targets, lock and tools. docs/troubles.md lists what it finds. What is marked “optional” is needed by some targets only.',
    'Exit code: 0 builds can run; 2 recomp.toml has mistakes; 4 this machine cannot build.',
  ],
  options: [{ name: 'json', text: 'Print the findings as JSON.' }],
  examples: [],
  completes: 'nothing',
});
