import { readdirSync, statSync } from 'node:fs';
import { type RunManifest, wholeRunManifest } from '../../model/schema/run-manifest.ts';
import { wholeManifest } from '../../report/runs/whole-manifest.ts';

const MAX_BYTES = 64 << 20;
/** Runs in which nothing of the loop changed are skipped, as far back as somebody may look. */
const MAX_RUNS = 100;

/** The manifest of a run; undefined: there is none, or it is none. */
export function readManifest(runs: string, runId: string): RunManifest | undefined {
  if (!/^[\w.-]{1,128}$/.test(runId)) return undefined;
  return wholeRunManifest.safeParse(wholeManifest(`${runs}/${runId}`, MAX_BYTES)).data;
}

/** The newest run that lifted something, and the one before it that made something else; or whatever stands before it. */
export function lastRounds(runs: string): readonly [RunManifest, RunManifest] | undefined {
  let last: RunManifest | undefined;
  let before: RunManifest | undefined;
  for (const name of runNames(runs).slice(0, MAX_RUNS)) {
    const manifest = readManifest(runs, name);
    if (manifest === undefined || looksOf(manifest) === '') continue;
    if (last === undefined) last = manifest;
    else if (looksOf(manifest) !== looksOf(last)) return [manifest, last];
    else before ??= manifest;
  }
  return last === undefined || before === undefined ? undefined : [before, last];
}

/** Newest first. Ids tell seconds, and a round may take less. */
function runNames(runs: string): string[] {
  try {
    const names = readdirSync(runs).filter((name) => name !== 'latest' && !name.startsWith('.'));
    const times = new Map(names.map((name) => [name, writtenAt(`${runs}/${name}/run-manifest.json`)]));
    return names.sort((a, b) => (times.get(b) ?? 0) - (times.get(a) ?? 0));
  } catch {
    return [];
  }
}

const writtenAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** What is compiled; the lift's own, without names, is on the way to it. */
export const isCode = (path: string): boolean => /(?<!\/unnamed)\/shards$/.test(path);
export const isReport = (path: string): boolean => /\/validation-report\.json$/.test(path);

/** The digests that tell one round from another. */
const looksOf = ({ steps }: RunManifest): string =>
  steps
    .flatMap((step) => step.outputs.filter(({ path }) => isCode(path) || isReport(path)))
    .map(({ path, sha256 }) => `${path} ${sha256}`)
    .join('\n');
