import { shellJoin, shellQuote } from './shell-words.ts';

export interface ShellJob {
  readonly argv: readonly string[];
  /** Put before everything; started by an absolute path. */
  readonly prefix: readonly string[];
  /** A process between: put after `prefix`, before env(1) for variables that shells would drop. */
  readonly parent?: readonly string[];
  /** The whole environment of the process. */
  readonly env: Readonly<Record<string, string>>;
  /** Absent: where the worker is. */
  readonly cwd?: string;
}

/**
 * One complete command for the worker's shell. The subshell takes its streams from the worker's descriptors 3 and 4
 * (a slot's log files, opened by the engine: their paths need not exist where the shell lives).
 */
export function commandLine(job: ShellJob): string {
  const parts = ['exec </dev/null >&3 2>&4 3>&- 4>&-'];
  if (job.cwd !== undefined) parts.push(`cd ${shellQuote(job.cwd)}`);
  parts.push('unset OLDPWD');
  const variables = Object.entries(job.env);
  const exports = variables.filter((v) => !isOdd(v)).map(([name, value]) => `${name}=${shellQuote(value)}`);
  if (exports.length > 0) parts.push(`export ${exports.join(' ')}`);
  // A name that is no shell variable, or one that the shell keeps for itself, needs env(1).
  const odd = variables.filter(isOdd).map(([name, value]) => `${name}=${value}`);
  const env = odd.length > 0 ? ['/usr/bin/env', ...odd] : [];
  const words = [...env, ...job.argv];
  const before = [...job.prefix, ...(job.parent ?? [])];
  if (job.prefix.length === 0 || words.length <= WORDS_MAX)
    parts.push(`exec ${shellJoin([...before, ...words])}`);
  else parts.push(throughStdin(job, words));
  return `(${parts.join('&&')});echo "=$?"\n`;
}

/** bubblewrap takes 9,000 arguments and no more, the action's among them. */
const WORDS_MAX = 2000;

/** A shell at the end of `prefix` reads the words from its stdin; it knows them all before it gives that up. */
function throughStdin(job: ShellJob, words: readonly string[]): string {
  const run =
    (job.parent ?? []).length > 0 ? `(exec ${shellJoin(words)}); exit $?` : `exec ${shellJoin(words)}`;
  const text = `{ exec </dev/null; ${run}; }`;
  let end = 'END';
  while (text.includes(`\n${end}\n`)) end += '-';
  return `exec ${shellJoin([...job.prefix, '/bin/sh'])} <<'${end}'\n${text}\n${end}\n`;
}

const EXPORTABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Read-only in some shell, or read by a shell while it does our work. */
const SPECIAL: ReadonlySet<string> = new Set([
  'BASHOPTS',
  'BASH_ENV',
  'BASH_VERSINFO',
  'ENV',
  'EUID',
  'IFS',
  'LINENO',
  'OLDPWD',
  'OPTARG',
  'OPTIND',
  'POSIXLY_CORRECT',
  'PPID',
  'PS1',
  'PS2',
  'PS4',
  'SHELLOPTS',
  'SHLVL',
  'UID',
  '_',
]);

const isOdd = ([name]: readonly [string, string]): boolean => !EXPORTABLE.test(name) || SPECIAL.has(name);
