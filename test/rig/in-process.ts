import { readlinkSync, writeFileSync } from 'node:fs';
import { vi } from 'vitest';
import type { BuildArguments } from '../../src/cli/build-arguments.ts';
import { requestKey, tryFastPath } from '../../src/cli/fast-path.ts';
import { stderr } from '../../src/cli/stderr.ts';
import type { FakeRuns } from './fake-executor.ts';

/** The runs that the mocked `chooseExecutor` reports to. */
export const runs: FakeRuns = { started: [], onStart: () => undefined, readsLate: false };

export interface InProcessBuild {
  readonly root: string;
  readonly cache: string;
  readonly patterns: readonly string[];
  readonly jobs: number;
  /** The nth action to start never ends, and neither does this build: as if all was killed there. */
  readonly killAt?: number;
  readonly onStart?: (output: string) => void;
  readonly readsLate?: boolean;
}

export interface InProcessOutcome {
  readonly code: number | 'killed';
  /** First output of each action that was started. */
  readonly started: readonly string[];
  readonly said: string;
}

/** One `recomp build` as `main` does it, in this process. */
export async function buildInProcess(build: InProcessBuild): Promise<InProcessOutcome> {
  const said: string[] = [];
  const quiet = vi.spyOn(stderr, 'write').mockImplementation((text) => void said.push(text));
  process.env['RECOMP_CACHE_DIR'] = build.cache;
  runs.started.length = 0;
  runs.readsLate = build.readsLate === true;
  const killed = new Promise<'killed'>((resolve) => {
    runs.onStart = (output, count) => {
      build.onStart?.(output);
      if (build.killAt === undefined || count < build.killAt) return undefined;
      resolve('killed');
      return new Promise(() => {});
    };
  });
  try {
    const code = await Promise.race([run(build), killed]);
    if (code === 'killed') await dieAway(build.root);
    return { code, started: [...runs.started], said: said.join('') };
  } finally {
    quiet.mockRestore();
  }
}

async function run({ root, patterns, jobs }: InProcessBuild): Promise<number> {
  const startedAt = Date.now();
  const args: BuildArguments = { ...PLAIN, patterns, jobs };
  const request = requestKey(root, root, args.patterns, args.sandbox, process.env);
  const answer = tryFastPath(request, args, startedAt);
  if (answer.kind === 'up-to-date') return 0;
  const { buildCommand } = await import('../../src/cli/commands/build.ts');
  return buildCommand(args, request, answer, startedAt);
}

/** What is killed here goes on as far as it can without the action that never ends: looking up what is ready. Then it is dead. */
async function dieAway(root: string): Promise<void> {
  for (let turns = 0; turns < 300; turns++) await new Promise((resolve) => setImmediate(resolve));
  leaveAsDead(root);
}

/** The killed build's lock, as a process that is gone would leave it. */
function leaveAsDead(root: string): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name);
  writeFileSync(
    `${root}/.recomp/lock`,
    JSON.stringify({ ...DEAD, pidNamespace: readlinkSync('/proc/self/ns/pid') }),
  );
}

const DEAD = { pid: 1, started: '0', command: 'recomp build', since: 0 };

const PLAIN: BuildArguments = {
  patterns: [],
  jobs: 1,
  keepGoing: true,
  dryRun: false,
  force: false,
  explain: false,
  profile: undefined,
  events: undefined,
  sandbox: undefined,
  keepSandbox: false,
  remoteCache: undefined,
  remoteExecutor: undefined,
  strategy: undefined,
  noRemote: false,
  remoteDownload: undefined,
  verifyDeterminism: false,
  json: false,
  help: false,
};
