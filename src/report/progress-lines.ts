import { actionName } from './cause-text.ts';
import type { TerminalSize } from './live-region.ts';
import { cleanText } from './source-line.ts';
import { duration, fitColumns } from './terminal-text.ts';

/** Where a build stands. */
export interface Progress {
  readonly planned: number;
  /** Folders of which nobody knows yet how many actions they will bring. */
  readonly unknown: number;
  readonly done: number;
  readonly ran: number;
  readonly cached: number;
  readonly failed: number;
  readonly running: readonly {
    readonly id: string;
    readonly description: string;
    readonly sinceMs: number;
  }[];
  readonly elapsedMs: number;
}

/** What is over sooner is not worth a line that would only flash. */
const WORTH_A_LINE_MS = 400;
const MOST_LINES = 8;

/** How it stands, then what has been running for a while, the oldest first. */
export function progressLines(
  progress: Progress,
  { columns, rows }: TerminalSize,
  paint: (code: string, text: string) => string,
): string[] {
  const room = Math.max(0, Math.min(MOST_LINES, rows - 4));
  const slow = progress.running
    .filter(({ sinceMs }) => sinceMs >= WORTH_A_LINE_MS)
    .sort((a, b) => b.sinceMs - a.sinceMs);
  const shown = slow.length > room ? slow.slice(0, Math.max(0, room - 1)) : slow;
  const lines = [
    statusLine(progress, paint),
    ...shown.map(({ id, description, sinceMs }) =>
      [duration(sinceMs).padStart(10), actionName(id), description].map(cleanText).join('  '),
    ),
  ];
  if (slow.length > shown.length && room > 0)
    lines.push(`${''.padStart(10)}  and ${slow.length - shown.length} more`);
  return lines.map((line) => fitColumns(line, columns - 1));
}

function statusLine(
  { planned, unknown, done, ran, cached, failed, running, elapsedMs }: Progress,
  paint: (code: string, text: string) => string,
): string {
  const counts = [
    failed > 0 ? paint('1;31', `${failed} failed`) : '',
    running.length > 0 ? `${running.length} running` : '',
    ran > 0 ? `${ran} ran` : '',
    cached > 0 ? `${cached} cached` : '',
    clock(elapsedMs),
    unknown > 0 ? `more to come from ${unknown === 1 ? 'a folder' : `${unknown} folders`}` : '',
  ];
  return `[${done}/${planned}${unknown > 0 ? '+' : ''}] ${counts.filter((part) => part !== '').join(', ')}`;
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
