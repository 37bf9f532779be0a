import type { ActionGraph } from '../graph/action-graph.ts';
import type { Label } from '../model/label.ts';
import { type ActionRecord, hasRun } from '../model/record.ts';
import { describeFailure } from './failure-text.ts';

export type TestStatus = 'passed' | 'failed' | 'not-run';

/** What became of one test target. */
export interface TestResult {
  readonly label: Label;
  readonly status: TestStatus;
  /** It passed before, and nothing that it reads has changed. */
  readonly cached: boolean;
  readonly attempts: number;
  /** How long it ran; absent where it did not. */
  readonly ms?: number;
  /** Why it did not pass. */
  readonly reason?: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** In label order. An action of which nothing has changed has no record. */
export function testResults(graph: ActionGraph, records: readonly ActionRecord[]): TestResult[] {
  const byTarget = new Map<number, ActionRecord[]>();
  for (const record of records) byTarget.set(record.target, [...(byTarget.get(record.target) ?? []), record]);
  return graph.targets.flatMap((target, i) =>
    target.test ? [resultOf(target.label, byTarget.get(i) ?? [])] : [],
  );
}

function resultOf(label: Label, records: readonly ActionRecord[]): TestResult {
  const failed = records.find((r) => r.status === 'failed');
  const stopped = records.find((r) => r.status !== 'succeeded');
  const status = failed ? 'failed' : stopped ? 'not-run' : 'passed';
  const ran = records.filter((r) => r.wallMs !== undefined);
  return {
    label,
    status,
    cached: status === 'passed' && records.every((r) => !hasRun(r.source)),
    attempts: Math.max(0, ...records.map((r) => r.attempts)),
    ...(ran.length === 0 ? {} : { ms: ran.reduce((sum, r) => sum + (r.wallMs ?? 0), 0) }),
    ...reasonOf(failed, stopped),
    stdout: textOf(failed?.log, 'stdout'),
    stderr: textOf(failed?.log, 'stderr'),
  };
}

function reasonOf(failed: ActionRecord | undefined, stopped: ActionRecord | undefined): { reason?: string } {
  if (failed?.failure) return { reason: describeFailure(failed.failure).what };
  if (failed) return { reason: 'failed' };
  if (stopped?.status === 'cancelled') return { reason: 'the run was ended' };
  return stopped ? { reason: 'what it needs was not built' } : {};
}

function textOf(log: ActionRecord['log'], stream: 'stdout' | 'stderr'): string {
  if (!log) return '';
  const omitted = log.omitted?.[stream] ?? 0;
  const note = omitted === 0 ? '' : `… ${omitted} bytes before this are in the run's log\n`;
  return note + Buffer.from(log[stream]).toString('utf8');
}

export interface TestTotals {
  readonly total: number;
  readonly passed: number;
  readonly cached: number;
  readonly failed: number;
  readonly notRun: number;
}

export function testTotals(results: readonly TestResult[]): TestTotals {
  const count = (test: (result: TestResult) => boolean): number => results.filter(test).length;
  return {
    total: results.length,
    passed: count((r) => r.status === 'passed'),
    cached: count((r) => r.cached),
    failed: count((r) => r.status === 'failed'),
    notRun: count((r) => r.status === 'not-run'),
  };
}
