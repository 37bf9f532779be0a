import type { ActionRecord } from '../model/record.ts';
import { bytes } from './byte-count.ts';
import { actionName } from './cause-text.ts';
import { describeFailure } from './failure-text.ts';
import { logPath } from './log-paths.ts';
import { cleanText } from './source-line.ts';
import { cleanLog } from './terminal-text.ts';

export interface FailureStyle {
  readonly color: boolean;
  /** How many lines of each stream are shown; all that is kept in memory, if not said. */
  readonly logLines?: number;
}

/** A failed action: what happened, what it printed, what to do. */
export function failureText(record: ActionRecord, style: FailureStyle): string {
  const paint = (code: string, text: string): string =>
    style.color ? `\u001b[${code}m${text}\u001b[0m` : text;
  const { what, next } = describeFailure(record.failure ?? { kind: 'cancelled', blame: 'environment' });
  const lines = [`${paint('1;31', 'failed')} ${actionName(record.id)}: ${cleanText(what)}`];
  lines.push(...logLines(record, 'stdout', style), ...logLines(record, 'stderr', style));
  for (const path of record.withheld ?? [])
    lines.push(`  what it printed may hold proprietary bytes, and is not shown: it is in ${cleanText(path)}`);
  for (const path of record.undeclared ?? [])
    lines.push(`  it wrote ${cleanText(path)}, which it does not declare`);
  if (next !== undefined) lines.push(`  ${paint('36', 'help')}: ${next}`);
  if (record.kept)
    lines.push(`  its folder was kept: ${record.kept.folder}`, `  to enter it: ${record.kept.enter}`);
  return lines.join('\n');
}

/** The end of a stream, as far as it was kept in memory and is asked for. */
function logLines(record: ActionRecord, stream: 'stdout' | 'stderr', style: FailureStyle): string[] {
  const printed = record.log?.[stream];
  if (!printed || printed.length === 0) return [];
  const text = cleanLog(Buffer.from(printed).toString('utf8'), style.color).replace(/\n+$/, '');
  const lines = text.split('\n');
  const limit = style.logLines ?? Number.POSITIVE_INFINITY;
  const shown = lines.slice(-limit);
  const omitted =
    (record.log?.omitted?.[stream] ?? 0) +
    lines.slice(0, -limit).reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  const where = record[stream] ? `is in ${LATEST}/${logPath(record.id, stream)}` : 'is not kept';
  const note = omitted === 0 ? [] : [`… what came before, ${bytes(omitted)}, ${where}`];
  // A colour that a program left on must not run into what follows.
  const end = style.color && text.includes('\u001b[') ? '\u001b[0m' : '';
  return [...note, ...shown].map((line) => `  | ${line}${end}`);
}

const LATEST = '.recomp/runs/latest';
