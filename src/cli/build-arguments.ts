import { parseArgs } from 'node:util';
import type { SandboxMode } from '../model/isolation.ts';
import type { ExecutionStrategy, RemoteDownload } from '../model/workspace.ts';

export interface BuildArguments {
  readonly patterns: readonly string[];
  readonly jobs: number | undefined;
  readonly keepGoing: boolean;
  readonly dryRun: false | 'text' | 'json';
  readonly force: boolean;
  readonly explain: boolean;
  readonly profile: string | undefined;
  readonly events: string | undefined;
  readonly sandbox: SandboxMode | undefined;
  readonly keepSandbox: boolean;
  readonly remoteCache: string | undefined;
  readonly remoteExecutor: string | undefined;
  readonly strategy: ExecutionStrategy | undefined;
  readonly noRemote: boolean;
  readonly remoteDownload: RemoteDownload | undefined;
  readonly verifyDeterminism: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

const OPTIONS = {
  jobs: { type: 'string', short: 'j' },
  'keep-going': { type: 'boolean', short: 'k' },
  'dry-run': { type: 'string' },
  force: { type: 'boolean' },
  explain: { type: 'boolean' },
  profile: { type: 'string' },
  events: { type: 'string' },
  sandbox: { type: 'string' },
  'keep-sandbox': { type: 'boolean' },
  'remote-cache': { type: 'string' },
  'remote-executor': { type: 'string' },
  strategy: { type: 'string' },
  'no-remote': { type: 'boolean' },
  'remote-download': { type: 'string' },
  'verify-determinism': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export const BUILD_FLAGS: readonly string[] = Object.keys(OPTIONS).map((name) => `--${name}`);

/** What stands after `recomp build`; a string is what is wrong with it. */
export function parseBuildArguments(argv: readonly string[]): BuildArguments | string {
  try {
    const { values, positionals } = parseArgs({
      args: argv.flatMap(withDefault),
      options: OPTIONS,
      allowPositionals: true,
    });
    const jobs = parseJobs(values.jobs);
    if (jobs === 'bad') return `--jobs takes a whole number from 1 to 1024, not "${values.jobs}"`;
    const sandbox = values.sandbox;
    if (sandbox !== undefined && !isSandboxMode(sandbox))
      return `--sandbox is auto, required or off, not "${sandbox}"`;
    const strategy = values.strategy;
    if (strategy !== undefined && !isStrategy(strategy))
      return `--strategy is auto, remote, race or local, not "${strategy}"`;
    const download = values['remote-download'];
    if (download !== undefined && !isDownload(download))
      return `--remote-download is all, toplevel or minimal, not "${download}"`;
    const dryRun = values['dry-run'];
    if (dryRun !== undefined && dryRun !== 'text' && dryRun !== 'json')
      return `--dry-run is text or json, not "${dryRun}"`;
    return {
      patterns: positionals.map(restoreNegative),
      jobs,
      keepGoing: values['keep-going'] === true,
      dryRun: dryRun ?? false,
      force: values.force === true,
      explain: values.explain === true,
      profile: values.profile,
      events: values.events,
      sandbox,
      keepSandbox: values['keep-sandbox'] === true,
      remoteCache: values['remote-cache'],
      remoteExecutor: values['remote-executor'],
      strategy,
      noRemote: values['no-remote'] === true,
      remoteDownload: download,
      verifyDeterminism: values['verify-determinism'] === true,
      json: values.json === true,
      help: values.help === true,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Options whose value may be left out, and negative patterns, which look like options. */
function withDefault(word: string): string[] {
  if (word === '--dry-run') return ['--dry-run=text'];
  if (/^-(\/\/|:|\.\.\.)/.test(word)) return [`${NEGATIVE}${word.slice(1)}`];
  return [word];
}

/** Stands in for the leading minus while the options are read. */
const NEGATIVE = '\u0001';

const restoreNegative = (pattern: string): string =>
  pattern.startsWith(NEGATIVE) ? `-${pattern.slice(1)}` : pattern;

function parseJobs(text: string | undefined): number | undefined | 'bad' {
  if (text === undefined) return undefined;
  const jobs = Number(text);
  return /^\d+$/.test(text) && jobs >= 1 && jobs <= 1024 ? jobs : 'bad';
}

const isStrategy = (text: string): text is ExecutionStrategy =>
  text === 'auto' || text === 'remote' || text === 'race' || text === 'local';

const isDownload = (text: string): text is RemoteDownload =>
  text === 'all' || text === 'toplevel' || text === 'minimal';

const isSandboxMode = (text: string): text is SandboxMode =>
  text === 'auto' || text === 'required' || text === 'off';
