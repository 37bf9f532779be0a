import { firstDifference } from '../../fingerprint/first-difference.ts';
import { compareRuns, type StepChange } from '../../report/runs/compare-runs.ts';
import { differenceText, type KeyReasons } from '../../report/runs/difference-text.ts';
import { readRun } from '../../report/runs/read-run.ts';
import { summariseRun } from '../../report/runs/run-summary.ts';
import { unwrittenText } from '../../report/runs/run-text.ts';
import { type Told, tellChanges } from '../../report/told-change.ts';
import { toldDiff } from '../../report/told-diff.ts';
import { cacheDirectory } from '../../store/cache-directory.ts';
import { LocalBlobStore } from '../../store/local-blob-store.ts';
import { diffPage } from '../help/pages/diff.ts';
import { type KeyHistory, keyHistory, textHistory } from '../key-history.ts';
import { say } from '../print.ts';
import { readWords } from '../read-words.ts';
import { requireRoot } from '../require-root.ts';
import { differenceJson } from '../run-json.ts';
import { namedRun } from '../run-words.ts';
import { textReader } from '../source-texts.ts';
import { usageFault } from '../usage-fault.ts';

const ROWS = 20;

/** `recomp diff RUN [RUN]`: what differs between two runs, and why. */
export async function diffCommand(argv: readonly string[]): Promise<number> {
  const words = readWords(diffPage, argv);
  if (typeof words === 'string') return usageFault('diff', words);
  const [first = 'latest~1', second = 'latest', surplus] = words.positionals;
  if (surplus !== undefined)
    return usageFault('diff', `two runs are compared, and ${surplus} is a third one`);
  const root = requireRoot();
  if (root === undefined) return 2;
  const stateDir = `${root}/.recomp`;
  const [before, after] = [namedRun(stateDir, first), namedRun(stateDir, second)];
  if (before === undefined || after === undefined) return 2;
  const summaries = [summariseRun(stateDir, before), summariseRun(stateDir, after)] as const;
  const runs = [readRun(stateDir, before), readRun(stateDir, after)] as const;
  for (const i of [0, 1] as const) {
    const unwritten = unwrittenText(summaries[i], runs[i]);
    if (unwritten === undefined) continue;
    say(`there is nothing to compare with ${runs[i].id}: ${unwritten}; \`recomp runs\` lists all`);
    return 2;
  }
  const difference = compareRuns(...runs);
  const reasons = reasonsOf(difference.steps, keyHistory(stateDir));
  if (words.has('json')) {
    process.stdout.write(`${JSON.stringify(differenceJson(summaries, difference, reasons), null, 1)}\n`);
    return 0;
  }
  const rows = words.has('all') ? Number.POSITIVE_INFINITY : ROWS;
  const diffs = await diffsOf(reasons, root, stateDir, rows);
  const options = { now: Date.now(), rows, diff: (told: Told) => diffs.get(told) ?? [] };
  process.stdout.write(differenceText(summaries, difference, reasons, options));
  for (const { id, faults } of runs)
    if (faults.length > 0) process.stdout.write(`\nThe record of ${id} is not whole: ${faults.join('; ')}\n`);
  return 0;
}

function reasonsOf(steps: readonly StepChange[], history: KeyHistory): KeyReasons {
  const causes = new Map<string, { told: readonly Told[]; actions: string[] }>();
  const following: string[] = [];
  const unknown: string[] = [];
  for (const { id, before, after } of steps.flatMap((step) => step.keys)) {
    const [old, now] = [history.fields(id, before), history.fields(id, after)];
    const changes = old && now ? firstDifference(old, now) : undefined;
    const own = changes?.filter(({ field }) => !field.startsWith('input recomp-out/'));
    if (!own) unknown.push(id);
    else if (own.length === 0) following.push(id);
    else {
      const told = tellChanges(own);
      const name = told.map(({ line }) => line).join('\n');
      const cause = causes.get(name) ?? { told, actions: [] };
      causes.set(name, cause);
      cause.actions.push(id);
    }
  }
  return { causes: [...causes.values()], following, unknown };
}

async function diffsOf(
  { causes }: KeyReasons,
  root: string,
  stateDir: string,
  rows: number,
): Promise<Map<Told, string[]>> {
  const blobs = new LocalBlobStore({ directory: cacheDirectory(process.env, root) });
  const read = textReader({ root, known: textHistory(stateDir), blobs });
  const diffs = new Map<Told, string[]>();
  for (const { told } of causes.slice(0, rows)) {
    const [first] = told;
    if (first) diffs.set(first, await toldDiff(first, read));
  }
  return diffs;
}
