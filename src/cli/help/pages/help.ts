import { definePage } from '../command-page.ts';

export const helpPage = definePage({
  name: 'help',
  usage: ['[COMMAND]'],
  about: ['Says what a command does and takes; without one, lists them all.'],
  options: [],
  examples: [],
  completes: 'nothing',
});
