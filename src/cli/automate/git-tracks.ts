import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { realOrSelf } from './real-or-self.ts';

/** Whether git has a file, or would take it with the next `git add`: everything of a work tree that is not ignored. */
export function gitTracks(path: string): boolean {
  const real = realOrSelf(path);
  const tree = workTreeOf(dirname(real));
  if (tree === undefined) return false;
  const { status } = spawnSync('git', ['-C', tree, 'check-ignore', '-q', '--', real], {
    env: gitEnvironment(),
    stdio: 'ignore',
  });
  // 1: not ignored. Anything but 0 is an answer that cannot be trusted to mean "ignored".
  return status !== 0;
}

/** Files that decide what git says of a path, there or not: its index, and every list of what is ignored. */
export function ignoreRulesOf(path: string): string[] {
  const real = realOrSelf(path);
  const tree = workTreeOf(dirname(real));
  const folders = foldersUpTo(dirname(real), tree ?? '/');
  // A repository that begins later takes in what lies there.
  const repositories = folders.filter((folder) => folder !== tree).map((folder) => join(folder, '.git'));
  if (tree === undefined) return repositories;
  const { HOME = '', XDG_CONFIG_HOME = join(HOME, '.config') } = process.env;
  return [
    ...repositories,
    ...folders.map((folder) => join(folder, '.gitignore')),
    ...gitPaths(tree),
    join(HOME, '.gitconfig'),
    ...['config', 'ignore'].map((name) => join(XDG_CONFIG_HOME, 'git', name)),
  ];
}

function foldersUpTo(from: string, to: string): string[] {
  const folders = [from];
  for (let dir = from; dir !== to && dir !== dirname(dir); ) {
    dir = dirname(dir);
    folders.push(dir);
  }
  return folders;
}

/** In a linked work tree `.git` is a file, and these lie elsewhere. */
function gitPaths(tree: string): string[] {
  const names = ['index', 'info/exclude', 'config'];
  const words = ['rev-parse', ...names.flatMap((name) => ['--git-path', name])];
  const { stdout, status } = spawnSync('git', ['-C', tree, ...words], {
    env: gitEnvironment(),
    encoding: 'utf8',
  });
  const paths =
    status === 0 ? stdout.split('\n').filter((line) => line !== '') : names.map((n) => join('.git', n));
  return paths.map((path) => resolve(tree, path));
}

const gitEnvironment = (): Record<string, string | undefined> => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  XDG_CONFIG_HOME: process.env['XDG_CONFIG_HOME'],
  LC_ALL: 'C',
});

/** The work tree that a folder lies in. */
function workTreeOf(folder: string): string | undefined {
  for (let dir = folder; ; dir = dirname(dir)) {
    if (existsSync(join(dir, '.git'))) return dir;
    if (dirname(dir) === dir) return undefined;
  }
}
