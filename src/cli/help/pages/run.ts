import { definePage } from '../command-page.ts';
import { BUILD_OPTIONS } from './build-options.ts';

export const runPage = definePage({
  name: 'run',
  usage: ['[OPTION…] LABEL [-- ARG…]'],
  about: [
    'Builds a target and starts the program that it made, in the current folder, with this terminal and environment: outside any sandbox. Its exit code becomes recomp’s.',
    'Which of a target’s outputs is the program, its rule decides: for a command, its `executable`, else its first output.',
  ],
  options: BUILD_OPTIONS,
  examples: [
    ['recomp run //hello', 'builds //hello:hello and starts it'],
    ['recomp run :tool -- --verbose a.txt', 'with arguments of its own'],
  ],
  completes: 'targets',
});
