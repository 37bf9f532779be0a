import { hasRun } from '../../model/record.ts';
import { actionName, makerText } from '../cause-text.ts';
import type { RunAction, RunFile, RunRecord } from './read-run.ts';

/** An action of a run, with what its stamp knows. */
export interface RunRow extends RunAction {
  readonly name: string;
  readonly startedMs: number | undefined;
  readonly wallMs: number | undefined;
  readonly attempts: number;
  /** Where its result came from, in words. */
  readonly from: string;
}

/** What something was done for: failures first, then what ran, the slowest first, then what came from caches. */
export function busyRows(run: RunRecord): RunRow[] {
  return run.steps
    .flatMap((step) => step.actions)
    .filter((action) => action.source !== 'journal')
    .map((action): RunRow => {
      const time = run.times.get(action.id);
      return {
        ...action,
        name: actionName(action.id),
        startedMs: time?.startedMs,
        wallMs: time?.wallMs,
        attempts: time?.attempts ?? 0,
        from: whereFrom(action, run),
      };
    })
    .sort((a, b) => rank(a) - rank(b) || (b.wallMs ?? 0) - (a.wallMs ?? 0));
}

function rank({ status, source }: RunAction): number {
  if (status === 'failed') return 0;
  if (status !== 'succeeded') return 3;
  return hasRun(source) ? 1 : 2;
}

function whereFrom({ id, status, source, failure }: RunAction, { makers, host }: RunRecord): string {
  if (status === 'failed') return failure ?? 'failed';
  if (status !== 'succeeded') return status === 'cancelled' ? 'was ended' : 'was not run';
  if (source === 'executed') return `ran (${host['sandbox'] ?? 'sandbox unknown'})`;
  const maker = makers.get(id);
  if (source === 'executor')
    return `ran on ${maker === undefined ? 'the remote executor' : makerText(maker)}`;
  return `${source === 'remote' ? 'remote' : 'local'} cache${maker === undefined ? '' : `, made by ${makerText(maker)}`}`;
}

/** The largest outputs of what ran or was fetched, or of all where nothing was. */
export function largestOutputs(run: RunRecord, count: number): RunFile[] {
  const busy = run.steps.filter((step) => step.actions.some((action) => action.source !== 'journal'));
  const outputs = (busy.length > 0 ? busy : run.steps).flatMap((step) => step.outputs);
  return [...outputs].sort((a, b) => b.size - a.size).slice(0, count);
}

/** Which caches and runs results came from, the most first. */
export function hitOrigins(rows: readonly RunRow[]): { readonly from: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { status, source, from } of rows)
    if (status === 'succeeded' && !hasRun(source)) counts.set(from, (counts.get(from) ?? 0) + 1);
  return [...counts].map(([from, count]) => ({ from, count })).sort((a, b) => b.count - a.count);
}
