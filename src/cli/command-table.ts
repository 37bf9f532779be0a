import type { Command } from './command.ts';
import { helpCommand } from './commands/help.ts';
import { versionCommand } from './commands/version.ts';

/** In the order in which the help shows them. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'build',
    words: 'PATTERN…',
    summary: 'build targets',
    group: 'Build',
    load: async () => (await import('./refuse-build.ts')).refuseBuild,
  },
  {
    name: 'watch',
    words: 'PATTERN…',
    summary: 'build, then again at each change',
    group: 'Build',
    load: async () => (await import('./commands/watch.ts')).watchCommand,
  },
  {
    name: 'test',
    words: 'PATTERN…',
    summary: 'run tests, and build what they need',
    group: 'Build',
    load: async () => (await import('./commands/test.ts')).testCommand,
  },
  {
    name: 'run',
    words: 'LABEL [-- ARG…]',
    summary: 'build a program and start it',
    group: 'Build',
    load: async () => (await import('./commands/run.ts')).runCommand,
  },
  {
    name: 'automate',
    words: '--config FILE',
    summary: 'go through the whole loop of an automation.toml',
    group: 'Build',
    load: async () => (await import('./commands/automate.ts')).automateCommand,
  },
  {
    name: 'recompile',
    words: 'FILE -o PROGRAM',
    summary: 'make a native program of one arm64 binary',
    group: 'Build',
    load: async () => (await import('./commands/recompile.ts')).recompileCommand,
  },
  {
    name: 'validate',
    words: 'accept|artifacts',
    summary: 'take a new reference, or index what was made',
    group: 'Build',
    load: async () => (await import('./commands/validate.ts')).validateCommand,
  },
  {
    name: 'clean',
    words: '[PATTERN…]',
    summary: 'remove outputs',
    group: 'Build',
    load: async () => (await import('./commands/clean.ts')).cleanCommand,
  },
  {
    name: 'names',
    words: 'import|export|merge|check',
    summary: 'name maps, in the formats that people exchange',
    group: 'Build',
    load: async () => (await import('./commands/names.ts')).namesCommand,
  },
  {
    name: 'compare',
    words: '[RUN RUN]',
    summary: 'show what the last round of the loop changed',
    group: 'Build',
    load: async () => (await import('./commands/compare.ts')).compareCommand,
  },
  {
    name: 'explain',
    words: 'LABEL',
    summary: 'say why a target would run, or what its key is made of',
    group: 'Look',
    load: async () => (await import('./commands/explain.ts')).explainCommand,
  },
  {
    name: 'query',
    words: 'EXPRESSION',
    summary: 'say what depends on what',
    group: 'Look',
    load: async () => (await import('./commands/query.ts')).queryCommand,
  },
  {
    name: 'graph',
    words: 'PATTERN…',
    summary: 'draw what depends on what, and what became of it',
    group: 'Look',
    load: async () => (await import('./commands/graph.ts')).graphCommand,
  },
  {
    name: 'runs',
    words: '',
    summary: 'list past runs',
    group: 'Look',
    load: async () => (await import('./commands/runs.ts')).runsCommand,
  },
  {
    name: 'show',
    words: '[RUN]',
    summary: 'say what a run did, or write it as a page',
    group: 'Look',
    load: async () => (await import('./commands/show.ts')).showCommand,
  },
  {
    name: 'diff',
    words: '[RUN [RUN]]',
    summary: 'say what differs between two runs, and why',
    group: 'Look',
    load: async () => (await import('./commands/diff.ts')).diffCommand,
  },
  {
    name: 'init',
    words: '[DIR]',
    summary: 'write a first workspace, which builds',
    group: 'Set up',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  {
    name: 'doctor',
    words: '',
    summary: 'say what this machine lacks, and how to get it',
    group: 'Set up',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  {
    name: 'cache',
    words: 'stats|gc|verify|serve',
    summary: 'look at the local cache, tidy it, or share one',
    group: 'Set up',
    load: async () => (await import('./commands/cache.ts')).cacheCommand,
  },
  {
    name: 'completion',
    words: 'bash|zsh|fish',
    summary: 'print what makes a shell complete recomp’s words',
    group: 'Set up',
    load: async () => (await import('./commands/completion.ts')).completionCommand,
  },
  {
    name: 'help',
    words: '[COMMAND]',
    summary: 'say what a command does and takes',
    group: 'Set up',
    load: async () => (argv) => helpCommand(COMMANDS, argv),
  },
  {
    name: 'version',
    words: '',
    summary: 'print the version',
    group: 'Set up',
    load: async () => versionCommand,
  },
];

/** Words that are commands without being shown: shells ask them. */
export const HIDDEN_COMMANDS: readonly Pick<Command, 'name' | 'load'>[] = [
  { name: '__complete', load: async () => (await import('./commands/complete.ts')).completeCommand },
];
