import { createHash } from 'node:crypto';
import { existsSync, writeSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { RECOMP_BUILD } from '../base/version.ts';
import { compareSeen } from '../journal/compare-seen.ts';
import { readSealedBytes } from '../journal/sealed-file.ts';
import { loadSeen } from '../journal/seen-file.ts';
import type { SeenTable } from '../journal/seen-table.ts';
import type { RemoteDownload } from '../model/workspace.ts';
import { evaluateGates, evaluateTimedGates } from '../policy/local-gates.ts';
import { manifestHead } from '../report/manifest-head.ts';
import { pruneIfMany } from '../report/prune-runs.ts';
import { newRunId, writeRun } from '../report/run-folder.ts';
import type { BuildArguments } from './build-arguments.ts';
import type { RequestPlan } from './plan-file.ts';
import { idleRunText } from './run-state/idle-run.ts';
import type { TraceLines } from './trace-file.ts';

/** Where and for what a build is asked; equal ones share a table of what was seen. */
export interface BuildRequestKey {
  readonly root: string;
  readonly stateDir: string;
  /** Current folder, relative to the root. */
  readonly here: string;
  readonly patterns: readonly string[];
  readonly key: string;
}

/** What the last build of a request left for the next one. */
export interface SeenHeader {
  readonly actions: number;
  readonly targets: number;
  readonly hostFingerprint: string;
  readonly host: Readonly<Record<string, string | null>>;
  /** Path within a run → file below the state folder. */
  readonly logs: readonly (readonly [string, string])[];
  /** The file that entries of the manifest's lists stand for, by its SHA-256. */
  readonly unchanged?: string;
  /** False: something failed or was not finished, and has to be looked at again. */
  readonly complete: boolean;
  /** Its places in the graph. */
  readonly unfinished: readonly number[];
  readonly policies: RequestPlan['policies'];
  readonly notes: RequestPlan['notes'];
}

export interface HeldRequest {
  readonly plan: RequestPlan;
  readonly traces: TraceLines;
}

export type FastAnswer =
  /** `told`: the message is out, and the process may end. */
  | { readonly kind: 'up-to-date'; readonly told: boolean }
  /** Whatever was found out is handed on, so that nothing is looked at twice. */
  | {
      readonly kind: 'go-on';
      readonly seen?: SeenTable;
      readonly changed?: readonly number[];
      /** What is otherwise read from beside the table. */
      readonly held?: HeldRequest;
    };

/** Outside of any workspace, the folder of an `automation.toml` is one. */
export const findRoot = (from: string): string | undefined =>
  findUp(from, 'recomp.toml') ?? findUp(from, 'automation.toml');

function findUp(from: string, name: string): string | undefined {
  for (let dir = resolve(from); ; dir = dirname(dir)) {
    if (existsSync(`${dir}/${name}`)) return dir;
    if (dirname(dir) === dir) return undefined;
  }
}

/** All that decides what is built, apart from the files. */
export function requestKey(
  root: string,
  cwd: string,
  patterns: readonly string[],
  sandbox: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  /** The file of a loop that is asked for by another name than the usual one. */
  file?: string,
): BuildRequestKey {
  // Where it is asked from matters only to patterns that are relative.
  const here = patterns.every((p) => /^-?\/\//.test(p)) ? '' : relative(root, cwd);
  const parts = [
    RECOMP_BUILD,
    process.version,
    here,
    patterns,
    sandbox ?? null,
    env['PATH'] ?? null,
    env['RECOMP_SANDBOX_KIND'] ?? null,
    ...(file === undefined ? [] : [file]),
  ];
  const key = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
  return { root, stateDir: `${root}/.recomp`, here, patterns, key };
}

/** What was seen of a build that leaves outputs away speaks of other files. */
export function forDownloads(request: BuildRequestKey, mode: RemoteDownload | undefined): BuildRequestKey {
  if (mode === undefined || mode === 'all') return request;
  const key = createHash('sha256')
    .update(`${mode} ${request.key}`)
    .digest('hex')
    .slice(0, request.key.length);
  return { ...request, key };
}

export const requestFile = (
  request: BuildRequestKey,
  suffix: 'seen' | 'plan' | 'traces' | 'manifest' | 'asked',
): string => `${request.stateDir}/state/${request.key}.${suffix}`;

export const unchangedFile = ({ stateDir, key }: BuildRequestKey, identity: string): string =>
  `${stateDir}/state/${key}.${identity.slice(0, 16)}.unchanged`;

/** Flags that ask for more than to be up to date. */
export const wantsMore = (args: BuildArguments): boolean =>
  args.dryRun !== false ||
  args.force ||
  args.explain ||
  args.verifyDeterminism ||
  args.help ||
  args.json ||
  args.profile !== undefined ||
  args.events !== undefined;

/** Journal, stat calls, done. It holds no lock, so it writes nothing that another build could have made anew. */
export function tryFastPath(
  request: BuildRequestKey,
  args: BuildArguments,
  startedAt: number,
  command = 'build',
): FastAnswer {
  const stored = loadSeen(requestFile(request, 'seen'));
  if (!stored || !isHeader(stored.header)) return { kind: 'go-on' };
  const { changed, refreshed } = compareSeen(request.root, stored);
  const { header } = stored;
  const seen = refreshed ?? stored;
  if (changed.length > 0 || !header.complete || wantsMore(args) || existsSync(`${request.stateDir}/lock`))
    return { kind: 'go-on', seen, changed };
  const body = readSealedBytes(requestFile(request, 'manifest'));
  if (body === undefined) return { kind: 'go-on', seen, changed };
  record(request, header, body, `recomp ${command} ${args.patterns.join(' ')}`, startedAt);
  return { kind: 'up-to-date', told: tell(header.actions, startedAt) };
}

function record(
  request: BuildRequestKey,
  header: SeenHeader,
  body: Uint8Array,
  asked: string,
  startedAt: number,
): void {
  const runId = newRunId(new Date());
  const { hostFingerprint, host, actions, targets, logs, policies, notes, unchanged } = header;
  const policy = evaluateGates(policies);
  const timed = evaluateTimedGates(policies, startedAt, Date.now());
  const event = (seq: number, type: string, more: object): string =>
    JSON.stringify({ seq, type, run_id: runId, ...more });
  writeRun(request.stateDir, runId, {
    manifest: [manifestHead({ runId, hostFingerprint, host, policy, notes }), body],
    events: [
      event(1, 'recomp.run.requested', { execution_mode: 'local' }),
      event(2, 'recomp.run.started', { targets }),
      event(3, 'recomp.run.completed', { state: 'succeeded', up_to_date: actions }),
    ],
    stamp: {
      run_id: runId,
      root: request.root,
      started_at: new Date(startedAt).toISOString(),
      duration_ms: Date.now() - startedAt,
      ...(timed.length > 0 && { policy: timed }),
    },
    state: idleRunText(runId, asked, startedAt),
    logs: logs.map(([path, from]) => [path, `${request.stateDir}/${from}`] as const),
    ...(unchanged !== undefined && { unchanged: unchangedFile(request, unchanged) }),
  });
  pruneIfMany(request.stateDir);
}

function tell(actions: number, startedAt: number): boolean {
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(2);
  return writeStderr(
    `recomp: ${actions === 1 ? '1 action' : `${actions} actions`} up to date (${seconds} s)\n`,
  );
}

/** Node's own stream takes longer to set up than to look at a thousand files. */
function writeStderr(text: string): boolean {
  try {
    writeSync(2, text);
    return true;
  } catch {
    // A pipe that is full and does not wait, or that nobody reads.
    process.stderr.write(text);
    return false;
  }
}

export const isHeader = (value: unknown): value is SeenHeader =>
  typeof value === 'object' &&
  value !== null &&
  'complete' in value &&
  'unfinished' in value &&
  Array.isArray(value.unfinished) &&
  'host' in value &&
  'policies' in value &&
  'notes' in value &&
  'logs' in value &&
  Array.isArray(value.logs);
