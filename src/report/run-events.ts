import type { Label } from '../model/label.ts';
import type { ActionRecord, Totals } from '../model/record.ts';
import { inPathOrder } from './step-text.ts';

/**
 * The run's events as JSON lines, numbered, without times. Targets that nothing was done for are not told one by one, unless
 * they are `stages`, which are told in that order. A run that was taken up again goes on where its `earlier` ones end.
 */
export function runEvents(
  runId: string,
  labels: readonly Label[],
  records: readonly ActionRecord[],
  totals: Totals,
  interrupted: boolean,
  stages?: readonly Label[],
  earlier: readonly string[] = [],
): string[] {
  const lines = [...earlier];
  const emit = (type: string, more: object): void => {
    lines.push(JSON.stringify({ seq: lines.length + 1, type, run_id: runId, ...more }));
  };
  emit('recomp.run.requested', { execution_mode: 'local' });
  emit('recomp.run.started', { targets: labels.length });
  const touched = new Map<number, ActionRecord[]>();
  for (const record of records) {
    if (record.source === 'journal' && !stages) continue;
    const list = touched.get(record.target);
    if (list) list.push(record);
    else touched.set(record.target, [record]);
  }
  for (const [target, own] of inOrder(touched, labels, stages)) {
    emit('recomp.run.stage.completed', {
      stage: labels[target],
      status: own.find((r) => r.status !== 'succeeded')?.status ?? 'succeeded',
      stage_attempt: Math.max(1, ...own.map((r) => r.attempts)),
      artifacts: own.flatMap((r) =>
        inPathOrder(r.outputs).map(
          (o) => `artifact://sha256:${o.kind === 'file' ? o.digest.hash : o.rootDigest.hash}`,
        ),
      ),
    });
    const verdict = own.find((r) => r.mnemonic === 'Verdict');
    // A verdict that was never come to is none.
    if (verdict && (verdict.status === 'succeeded' || verdict.status === 'failed')) {
      emit('recomp.run.validation.completed', {
        stage: labels[target],
        passed: verdict.status === 'succeeded',
        report: reportOf(own),
      });
    }
  }
  emit('recomp.run.completed', {
    state: interrupted || totals.failed + totals.skipped > 0 ? 'failed' : 'succeeded',
    ...totals,
  });
  return lines;
}

/** In label order; stages of a loop in the order of the loop. */
function inOrder(
  touched: ReadonlyMap<number, ActionRecord[]>,
  labels: readonly Label[],
  stages: readonly Label[] = [],
): [number, ActionRecord[]][] {
  const position = ([target]: [number, unknown]): number => {
    const label = labels[target];
    const at = label === undefined ? -1 : stages.indexOf(label);
    return at < 0 ? target : at - stages.length;
  };
  return [...touched].sort((a, b) => position(a) - position(b));
}

/** The report is what the action before the verdict made. */
function reportOf(records: readonly ActionRecord[]): string | null {
  const outputs = records.filter((r) => r.mnemonic === 'Validate').flatMap((r) => r.outputs);
  const report = outputs.find((o) => o.kind === 'file' && o.path.endsWith('/validation-report.json'));
  return report?.kind === 'file' ? `artifact://sha256:${report.digest.hash}` : null;
}
