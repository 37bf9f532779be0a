import type { BuildObserver } from '../engine/build-observer.ts';
import { type ActionRecord, hasRun } from '../model/record.ts';
import { actionName, makerText } from './cause-text.ts';
import { failureText } from './failure-block.ts';
import { type LiveRegion, liveRegion, type TerminalSize } from './live-region.ts';
import { notesOf } from './notes-of.ts';
import { progressLines } from './progress-lines.ts';
import { cleanText } from './source-line.ts';
import { asciiText, duration, foldColumns } from './terminal-text.ts';
import { tellChanges } from './told-change.ts';

/** Where a view writes. */
export interface ViewOutput {
  write(text: string): void;
  /** Of a terminal whose lines may be drawn over, as it is now; undefined: lines are written one after the other. */
  readonly size: (() => TerminalSize) | undefined;
  readonly color: boolean;
  /** More than ASCII can be shown. */
  readonly unicode: boolean;
  /** Milliseconds since the build began. */
  now(): number;
  /** How many lines of a failed action's log are shown. */
  readonly logLines?: number;
  /** What failed is summed up by somebody else. */
  readonly failuresOnce?: boolean;
}

export interface BuildView extends BuildObserver {
  /** Somebody wants the build to stop: says what is being ended. */
  stopping(): void;
  /** What failed is told again, where it would have to be looked for. */
  finish(): void;
}

const REDRAW_MS = 100;
/** Where lines are not drawn over, silence is broken so often. */
const STILL_MS = 30_000;
/** How much of a long log is told a second time. */
const AGAIN_LINES = 100;
/** Of so many that still run it is told what they printed last. */
const MOST_HEARD = 4;

/** On a terminal changing lines below what stays; elsewhere a line per action that ran. */
export function createBuildView(out: ViewOutput): BuildView {
  const running = new Map<
    string,
    { readonly description: string; readonly since: number; readonly said?: string }
  >();
  const failures: ActionRecord[] = [];
  const counts = { planned: 0, unknown: 0, done: 0, ran: 0, cached: 0 };
  const region: LiveRegion | undefined = out.size && liveRegion(out.write, out.size);
  let lastWrite = Number.NEGATIVE_INFINITY;
  let saidSinceFailure = 0;
  let over = false;
  const timer = setInterval(tick, region ? REDRAW_MS : STILL_MS / 3);
  timer.unref();

  return {
    planned(actions, unknown) {
      counts.planned += actions;
      counts.unknown += unknown;
    },
    started(id, _mnemonic, description) {
      running.set(id, { description: description || id, since: out.now() });
      drawSoon();
    },
    said(id, line) {
      const known = running.get(id);
      if (known) running.set(id, { ...known, said: cleanText(line) });
    },
    retried(id, attempt, reason) {
      say(`${paint('33', 'again')} ${actionName(id)}: attempt ${attempt} (${cleanText(reason)})`);
    },
    finished(record) {
      counts.done++;
      running.delete(record.id);
      if (hasRun(record.source)) counts.ran++;
      else if (record.source === 'local' || record.source === 'remote') counts.cached++;
      if (record.status === 'failed') fail(record);
      else tellSuccess(record);
      for (const note of notesOf(record)) sayFolded(`${paint('33', 'warning')}: ${note}`);
      tellWhy(record);
      drawSoon();
    },
    stopping() {
      const names = [...running].map(
        ([id, { since }]) => `${actionName(id)} (${duration(out.now() - since)})`,
      );
      const what = names.length === 0 ? 'what was begun is written down' : `ending ${someOf(names)}`;
      sayFolded(`recomp: stopping: ${what} (again to stop at once)`);
    },
    finish() {
      clearInterval(timer);
      over = true;
      region?.clear();
      if (
        out.failuresOnce !== true &&
        (failures.length > 1 || (failures.length === 1 && saidSinceFailure > 0))
      )
        tellFailuresAgain();
    },
  };

  function fail(record: ActionRecord): void {
    say(block(record, out.logLines ?? Number.POSITIVE_INFINITY));
    failures.push(record);
    saidSinceFailure = 0;
  }

  function tellFailuresAgain(): void {
    const lines = Math.min(out.logLines ?? Number.POSITIVE_INFINITY, AGAIN_LINES);
    say(`\n${failures.length === 1 ? 'What failed' : `What failed, all ${failures.length}`}, again:`);
    for (const record of failures) say(block(record, lines));
  }

  function block(record: ActionRecord, lines: number): string {
    return failureText(record, { color: out.color, logLines: lines });
  }

  function tellSuccess(record: ActionRecord): void {
    if (!hasRun(record.source)) return;
    const name = actionName(record.id);
    if (!region) say(`[${counts.done}/${counts.planned}${counts.unknown > 0 ? '+' : ''}] ${name}`);
    for (const path of record.undeclared ?? [])
      say(`${paint('33', 'warning')}: ${name} wrote ${cleanText(path)}, which it does not declare: dropped`);
  }

  function tellWhy({ id, why, maker }: ActionRecord): void {
    const [first, ...more] = tellChanges(why ?? []);
    if (!first) return;
    const rest = more.length > 0 ? ` (and ${more.length} more)` : '';
    const from = maker === undefined ? '' : `; what it made then came from ${makerText(maker)}`;
    sayFolded(`  ${actionName(id)}: ${cleanText(first.line)}${rest}${from}`);
  }

  /** Our own words, which a terminal would break anywhere. */
  function sayFolded(text: string): void {
    say(out.size ? foldColumns(text, out.size().columns, '    ') : text);
  }

  function say(text: string): void {
    lastWrite = out.now();
    saidSinceFailure++;
    const plain = `${out.unicode ? text : asciiText(text)}\n`;
    if (region) region.show(plain, lines());
    else out.write(plain);
  }

  function drawSoon(): void {
    if (region && out.now() - lastWrite >= REDRAW_MS) tick();
  }

  function tick(): void {
    if (counts.planned === 0) return;
    const quiet = out.now() - lastWrite;
    if (region) {
      lastWrite = out.now();
      region.show('', lines());
    } else if (running.size > 0 && quiet >= STILL_MS) tellStill();
  }

  function tellStill(): void {
    const names = [...running].map(([id, { since }]) => `${actionName(id)} (${duration(out.now() - since)})`);
    say(`[${counts.done}/${counts.planned}] still running: ${someOf(names)}`);
    const heard = [...running].filter(([, { said }]) => said !== undefined).slice(0, MOST_HEARD);
    for (const [id, { said }] of heard) say(`  ${actionName(id)} | ${said}`);
  }

  function lines(): string[] {
    if (!out.size || over || counts.planned === 0) return [];
    const now = out.now();
    const active = [...running].map(([id, { description, since, said }]) => ({
      id,
      description: said === undefined ? description : `| ${said}`,
      sinceMs: now - since,
    }));
    const progress = { ...counts, failed: failures.length, running: active, elapsedMs: now };
    const shown = progressLines(progress, out.size(), paint);
    return out.unicode ? shown : shown.map(asciiText);
  }

  function paint(code: string, text: string): string {
    return out.color ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}

const someOf = (names: readonly string[]): string =>
  names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
