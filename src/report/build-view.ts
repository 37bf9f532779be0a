import type { BuildObserver } from '../engine/build-observer.ts';
import type { ActionRecord } from '../model/record.ts';
import { actionName } from './cause-text.ts';
import { describeFailure } from './failure-text.ts';
import { logPath } from './log-paths.ts';
import { cleanLog, duration, fitColumns } from './terminal-text.ts';
import { tellChanges } from './told-change.ts';

/** Where a view writes; `columns` is undefined when it is no terminal. */
export interface ViewOutput {
  write(text: string): void;
  readonly columns: number | undefined;
  readonly color: boolean;
  /** Milliseconds since the build began. */
  now(): number;
  /** How many lines of a failed action's log are shown. */
  readonly logLines?: number;
}

const DEFAULT_LOG_LINES = 400;
const REDRAW_MS = 80;

/** On a terminal one live line below what stays; elsewhere a line per action that ran. */
export function createBuildView(out: ViewOutput): BuildObserver & { finish(): void } {
  const logLimit = out.logLines ?? DEFAULT_LOG_LINES;
  const running = new Map<string, { readonly description: string; readonly since: number }>();
  let planned = 0;
  let done = 0;
  let lastDraw = Number.NEGATIVE_INFINITY;
  let drawn = false;
  const timer = out.columns === undefined ? undefined : setInterval(draw, 500);
  timer?.unref();

  return {
    planned(count) {
      planned += count;
    },
    started(id, _mnemonic, description) {
      running.set(id, { description: description || id, since: out.now() });
      drawSoon();
    },
    retried(id, attempt, reason) {
      say(`${paint('33', 'again')} ${id}: attempt ${attempt} (${reason})`);
    },
    finished(record) {
      done++;
      running.delete(record.id);
      if (record.status === 'failed') say(failureBlock(record));
      else if (record.source === 'executed') {
        if (out.columns === undefined) say(`[${done}/${planned}] ${labelOf(record)}`);
        for (const path of record.undeclared ?? [])
          say(
            `${paint('33', 'warning')}: ${labelOf(record)} wrote ${path}, which it does not declare: dropped`,
          );
      }
      const [why, ...more] = tellChanges(record.why ?? []);
      if (why) say(`  ${labelOf(record)}: ${why.line}${more.length > 0 ? ` (and ${more.length} more)` : ''}`);
      drawSoon();
    },
    finish() {
      clearInterval(timer);
      erase();
    },
  };

  function say(text: string): void {
    erase();
    out.write(`${text}\n`);
  }

  function drawSoon(): void {
    if (out.columns !== undefined && out.now() - lastDraw >= REDRAW_MS) draw();
  }

  function draw(): void {
    if (out.columns === undefined || planned === 0) return;
    lastDraw = out.now();
    const [oldest] = [...running.values()].sort((a, b) => a.since - b.since);
    const more = running.size > 1 ? ` +${running.size - 1}` : '';
    const what = oldest ? ` ${oldest.description}${since(oldest.since)}${more}` : '';
    out.write(`\r\u001b[2K${fitColumns(`[${done}/${planned}]${what}`, out.columns - 1)}`);
    drawn = true;
  }

  function since(start: number): string {
    const ms = out.now() - start;
    return ms < 1000 ? '' : ` (${duration(ms)})`;
  }

  function erase(): void {
    if (drawn) out.write('\r\u001b[2K');
    drawn = false;
  }

  function paint(code: string, text: string): string {
    return out.color ? `\u001b[${code}m${text}\u001b[0m` : text;
  }

  function failureBlock(record: ActionRecord): string {
    const { what, next } = describeFailure(record.failure ?? { kind: 'cancelled', blame: 'environment' });
    const lines = [`${paint('1;31', 'failed')} ${labelOf(record)}: ${what}`];
    lines.push(...logLines(record, 'stdout'), ...logLines(record, 'stderr'));
    for (const path of record.undeclared ?? []) lines.push(`  it wrote ${path}, which it does not declare`);
    if (next !== undefined) lines.push(`  ${paint('36', 'help')}: ${next}`);
    if (record.kept)
      lines.push(`  its folder was kept: ${record.kept.folder}`, `  to enter it: ${record.kept.enter}`);
    return lines.join('\n');
  }

  function logLines(record: ActionRecord, stream: 'stdout' | 'stderr'): string[] {
    const bytes = record.log?.[stream];
    if (!bytes || bytes.length === 0) return [];
    const text = cleanLog(Buffer.from(bytes).toString('utf8'), out.color).replace(/\n+$/, '');
    const lines = text.split('\n');
    const shown = lines.slice(-logLimit);
    const omitted =
      (record.log?.omitted?.[stream] ?? 0) +
      lines.slice(0, -logLimit).reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
    const where = record[stream] ? `is in ${LATEST}/${logPath(record.id, stream)}` : 'is not kept';
    const note = omitted === 0 ? [] : [`… what came before, ${bytesText(omitted)}, ${where}`];
    return [...note, ...shown].map((line) => `  | ${line}`);
  }
}

const LATEST = '.recomp/runs/latest';

const bytesText = (count: number): string =>
  count < 10_000
    ? `${count} bytes`
    : count < 10_000_000
      ? `${Math.round(count / 1000)} kB`
      : `${Math.round(count / 1e6)} MB`;

const labelOf = ({ id }: ActionRecord): string => actionName(id);
