import type { BuildObserver } from '../engine/build-observer.ts';
import type { ActionRecord } from '../model/record.ts';
import { actionName } from './cause-text.ts';
import { failureText } from './failure-block.ts';
import { duration, fitColumns } from './terminal-text.ts';
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

const REDRAW_MS = 80;

/** On a terminal one live line below what stays; elsewhere a line per action that ran. */
export function createBuildView(out: ViewOutput): BuildObserver & { finish(): void } {
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
      if (record.status === 'failed') say(failureText(record, out));
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
}

const labelOf = ({ id }: ActionRecord): string => actionName(id);
