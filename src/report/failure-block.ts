import type { ActionRecord } from '../model/record.ts';
import { actionName } from './cause-text.ts';
import { describeFailure } from './failure-text.ts';
import { logPath } from './log-paths.ts';
import { cleanLog } from './terminal-text.ts';

const DEFAULT_LOG_LINES = 400;

export interface FailureStyle {
  readonly color: boolean;
  /** How many lines of its log are shown. */
  readonly logLines?: number;
}

/** A failed action with all that is known of it. */
export function failureText(record: ActionRecord, style: FailureStyle): string {
  const paint = (code: string, text: string): string =>
    style.color ? `\u001b[${code}m${text}\u001b[0m` : text;
  const { what, next } = describeFailure(record.failure ?? { kind: 'cancelled', blame: 'environment' });
  const lines = [`${paint('1;31', 'failed')} ${actionName(record.id)}: ${what}`];
  lines.push(...logLines(record, 'stdout', style), ...logLines(record, 'stderr', style));
  for (const path of record.undeclared ?? []) lines.push(`  it wrote ${path}, which it does not declare`);
  if (next !== undefined) lines.push(`  ${paint('36', 'help')}: ${next}`);
  if (record.kept)
    lines.push(`  its folder was kept: ${record.kept.folder}`, `  to enter it: ${record.kept.enter}`);
  return lines.join('\n');
}

function logLines(record: ActionRecord, stream: 'stdout' | 'stderr', style: FailureStyle): string[] {
  const bytes = record.log?.[stream];
  if (!bytes || bytes.length === 0) return [];
  const text = cleanLog(Buffer.from(bytes).toString('utf8'), style.color).replace(/\n+$/, '');
  const lines = text.split('\n');
  const limit = style.logLines ?? DEFAULT_LOG_LINES;
  const shown = lines.slice(-limit);
  const omitted =
    (record.log?.omitted?.[stream] ?? 0) +
    lines.slice(0, -limit).reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  const where = record[stream] ? `is in ${LATEST}/${logPath(record.id, stream)}` : 'is not kept';
  const note = omitted === 0 ? [] : [`… what came before, ${bytesText(omitted)}, ${where}`];
  return [...note, ...shown].map((line) => `  | ${line}`);
}

const LATEST = '.recomp/runs/latest';

const bytesText = (count: number): string =>
  count < 10_000
    ? `${count} bytes`
    : count < 10_000_000
      ? `${Math.round(count / 1000)} kB`
      : `${Math.round(count / 1e6)} MB`;
