import { compareCodePoints } from '../base/order.ts';
import { type ActionRecord, hasRun } from '../model/record.ts';
import { actionName } from './cause-text.ts';
import { countsText } from './counts-text.ts';
import { failureText } from './failure-block.ts';
import { notesOf } from './notes-of.ts';
import { paints } from './paint.ts';
import { compareDiagnostics, renderDiagnostic } from './render-diagnostic.ts';
import { cleanLog, duration, fitColumns, foldColumns, plural } from './terminal-text.ts';
import { tellChanges } from './told-change.ts';
import type { WatchEvent } from './watch-event.ts';

export interface WatchViewOutput {
  write(text: string): void;
  /** Undefined: no terminal. */
  readonly columns: () => number | undefined;
  readonly color: boolean;
  /** What is watched, as it was asked for. */
  readonly title: string;
  /** The hour, as people read it. */
  readonly clock: () => string;
}

export interface WatchView {
  show(event: WatchEvent): void;
  /** Everything that is broken, and why each action of the last round ran, in full. */
  explain(): void;
  finish(): void;
}

const KEYS = 'r rebuild   e explain   q quit';
/** Of actions that ran, and of changed files. */
const FEW = 8;

/** On a terminal one page that each round writes anew; elsewhere the same words, one after the other. */
export function createWatchView(out: WatchViewOutput): WatchView {
  const paint = paints(out.color);
  /** By action: what was last said of its failure. */
  const broken = new Map<string, { readonly text: string; readonly since: number }>();
  let round = 0;
  let last: Extract<WatchEvent, { kind: 'round-ended' }> | undefined;
  let mistakes: readonly string[] = [];
  let planned = 0;
  let done = 0;
  let hasLiveLine = false;

  const isTerminal = (): boolean => out.columns() !== undefined;
  const say = (text: string): void => {
    eraseLive();
    out.write(`${text}\n`);
  };
  /** One sentence of ours, of any length. */
  const tell = (text: string): void => say(fold(text));
  const fold = (text: string): string => foldColumns(text, out.columns() ?? Number.POSITIVE_INFINITY, '    ');
  const eraseLive = (): void => {
    if (hasLiveLine) out.write('\r\u001b[2K');
    hasLiveLine = false;
  };
  const live = (text: string): void => {
    const columns = out.columns();
    if (columns === undefined) return;
    out.write(`\r\u001b[2K${fitColumns(text, columns - 1)}`);
    hasLiveLine = true;
  };

  return {
    show(event) {
      switch (event.kind) {
        case 'round-started':
          return begin(event);
        case 'planned':
          planned += event.actions;
          return;
        case 'action-started':
          return live(`[${done}/${planned}] ${event.description || actionName(event.action)}`);
        case 'action-retried':
          return say(
            `${paint.warning('again')} ${actionName(event.action)}: attempt ${event.attempt} (${event.reason})`,
          );
        case 'action-ended':
          return action(event.record);
        case 'outdated':
          return tell(
            `${paint.note('changed meanwhile')} ${list(event.changed)}: what reads it begins again`,
          );
        case 'round-ended':
          return end(event);
        case 'broken':
          return brokenWorkspace(event);
        case 'trouble':
          return say(`${paint.error('trouble')}: ${event.message}\nthe next change tries again`);
        case 'over':
          return tell(`${paint.warning('over')}: ${event.message}`);
        case 'warning':
          return tell(`${paint.warning('warning')}: ${event.message}`);
        case 'waiting':
          return tell(`waiting for ${event.owner}, which is changing this workspace`);
        case 'resting':
          return live(`watching ${plural(event.files, 'path')} in ${plural(event.folders, 'folder')}`);
      }
    },
    explain: () => say(explanation().join('\n')),
    finish: eraseLive,
  };

  function begin({ round: number, cause, changed }: Extract<WatchEvent, { kind: 'round-started' }>): void {
    round = number;
    planned = 0;
    done = 0;
    if (isTerminal()) {
      eraseLive();
      out.write('\u001b[H\u001b[2J');
      say(`${paint.bold(`recomp watch ${out.title}`)}   ${KEYS}\n`);
    }
    const why = cause === 'first' ? 'first look' : cause === 'asked' ? 'asked for' : list(changed);
    tell(`round ${round}: ${why || 'changed'}`);
  }

  function action(record: ActionRecord): void {
    done++;
    if (record.status === 'failed') {
      const text = failureText(record, out);
      if (broken.get(record.id)?.text !== text) {
        say(text);
        broken.set(record.id, { text, since: round });
      }
      return;
    }
    if (record.status === 'succeeded') broken.delete(record.id);
    for (const note of notesOf(record)) tell(`${paint.warning('warning')}: ${note}`);
    for (const path of record.undeclared ?? [])
      say(
        `${paint.warning('warning')}: ${actionName(record.id)} wrote ${path}, which it does not declare: dropped`,
      );
  }

  function end(event: Extract<WatchEvent, { kind: 'round-ended' }>): void {
    last = event;
    mistakes = [];
    const open = new Set(event.unfinished);
    for (const id of [...broken.keys()])
      if (!open.has(id) && !open.has(id.replace(/\[.*$/s, ''))) broken.delete(id);
    const ran = inTheirOrder(event.records.filter((r) => hasRun(r.source) || r.source === 'remote'));
    for (const record of ran.slice(0, FEW)) tell(ranLine(record));
    if (ran.length > FEW) say(`  … and ${ran.length - FEW} more`);
    for (const [id, { text, since }] of sortedBroken())
      if (since < round) tell(`  ${paint.error('broken')} ${firstLine(id, text)} (since round ${since})`);
    const mark =
      event.state === 'succeeded'
        ? paint.help('good')
        : event.state === 'cancelled'
          ? paint.warning('begins again')
          : paint.error('broken');
    tell(`${mark}  ${countsText(event.totals, 'ran')} (${duration(event.durationMs)}, ${out.clock()})`);
  }

  function ranLine(record: ActionRecord): string {
    const [why, ...others] = tellChanges(record.why ?? []);
    const more = others.length > 0 ? ` (and ${others.length} more)` : '';
    const time = record.wallMs === undefined ? '' : `  ${duration(record.wallMs)}`;
    return `  ran ${actionName(record.id)}${time}${why ? `  ${why.line}${more}` : ''}`;
  }

  function brokenWorkspace({ diagnostics }: Extract<WatchEvent, { kind: 'broken' }>): void {
    mistakes = [...new Set([...diagnostics].sort(compareDiagnostics).map((d) => renderDiagnostic(d, out)))];
    for (const text of mistakes) say(text);
    tell(
      `${paint.error('broken')}  nothing was built; what was built before is still there. Waiting for a change (${out.clock()})`,
    );
  }

  function explanation(): string[] {
    const whys = inTheirOrder(last?.records ?? []).flatMap((record) =>
      record.why?.length
        ? [
            `${actionName(record.id)} ran, because`,
            ...tellChanges(record.why).map(({ line }) => fold(`  ${line}`)),
          ]
        : [],
    );
    const failures = sortedBroken().map(([, { text }]) => text);
    const all = [...mistakes, ...failures, ...whys];
    return all.length === 0 ? ['nothing ran in the last round, and nothing is broken'] : all;
  }

  function sortedBroken(): [string, { readonly text: string; readonly since: number }][] {
    return [...broken].sort(([a], [b]) => compareCodePoints(a, b));
  }

  function firstLine(id: string, text: string): string {
    return (
      cleanLog(text, false)
        .split('\n')[0]
        ?.replace(/^failed /, '') ?? actionName(id)
    );
  }

  function list(paths: readonly string[]): string {
    const shown = paths.slice(0, FEW).map((path) => cleanLog(path === '' ? '.' : path, false));
    return paths.length > FEW
      ? `${shown.join(', ')} and ${paths.length - FEW} more changed`
      : shown.length === 0
        ? ''
        : `${shown.join(', ')} changed`;
  }
}

/** As they began: those of a template were not known when the others were numbered. */
const inTheirOrder = (records: readonly ActionRecord[]): readonly ActionRecord[] =>
  [...records].sort((a, b) => (a.startedMs ?? 0) - (b.startedMs ?? 0));
