import { actionName } from '../cause-text.ts';
import { cleanText } from '../source-line.ts';
import { duration } from '../terminal-text.ts';
import { type Told, tellFile } from '../told-change.ts';
import type { FileChange, RunDifference, StepChange } from './compare-runs.ts';
import type { RunSummary } from './run-summary.ts';
import { ago, countsText } from './runs-text.ts';

/** Why actions have other keys: what was changed, and what followed from it. */
export interface KeyReasons {
  readonly causes: readonly { readonly told: readonly Told[]; readonly actions: readonly string[] }[];
  /** They read what others made anew. */
  readonly following: readonly string[];
  /** What their keys were made of is not known any more. */
  readonly unknown: readonly string[];
}

export interface DifferenceOptions {
  readonly now: number;
  /** How many lines of a kind are shown. */
  readonly rows: number;
  /** What differs in a content, line by line, where it is known and short. */
  readonly diff: (told: Told) => readonly string[];
}

/** What differs between two runs, and why, for people. */
export function differenceText(
  [before, after]: readonly [RunSummary, RunSummary],
  difference: RunDifference,
  reasons: KeyReasons,
  options: DifferenceOptions,
): string {
  const parts = [
    `${[runLine('From', before, options.now), runLine('to', after, options.now)].join('\n')}\n`,
    before.request === after.request
      ? ''
      : `Asked for\n  before: ${cleanText(before.request ?? '?')}\n  after:  ${cleanText(after.request ?? '?')}\n`,
    section('Why', causeLines(reasons, options), Number.POSITIVE_INFINITY),
    section('Tools', difference.tools.map(textLine), options.rows),
    section('Machine', difference.host.map(textLine), options.rows),
    section('Sources', fileLines(unexplained(difference.inputs, reasons)), options.rows),
    section('Targets', difference.steps.map(stepLine), options.rows),
  ];
  const shown = parts.filter((part) => part !== '');
  if (shown.length === 1) shown.push('Nothing differs in what was asked for, read, done and made.\n');
  return shown.join('\n');
}

function runLine(
  word: string,
  { id, state, startedAt, durationMs, totals }: RunSummary,
  now: number,
): string {
  const about = [
    state,
    ago(startedAt, now),
    durationMs === undefined ? '' : duration(durationMs),
    totals ? countsText(totals) : '',
  ];
  return `${word.padEnd(4)} ${id}: ${about.filter((part) => part !== '').join(', ')}`;
}

function section(title: string, lines: readonly string[], most: number): string {
  if (lines.length === 0) return '';
  const shown = lines.slice(0, most).map((line) => `  ${line}\n`);
  const more = lines.length - shown.length;
  return `${title}\n${shown.join('')}${more > 0 ? `  and ${more} more (--all shows them)\n` : ''}`;
}

function causeLines({ causes, following, unknown }: KeyReasons, { diff, rows }: DifferenceOptions): string[] {
  const lines = causes.slice(0, rows).flatMap(({ told, actions }) => {
    const [first, ...also] = told;
    return [
      ...(first ? [cleanText(first.line), ...diff(first).map((line) => `    ${line}`)] : []),
      ...also.slice(0, 4).map((one) => `  also: ${cleanText(one.line)}`),
      `  so ${names(actions)}`,
    ];
  });
  if (causes.length > rows) lines.push(`and ${causes.length - rows} more causes (--all shows them)`);
  if (following.length > 0) lines.push(`and, as what they read was made anew: ${names(following)}`);
  if (unknown.length > 0)
    lines.push(`what the keys of these were made of is not known any more: ${names(unknown)}`);
  return lines;
}

function names(ids: readonly string[]): string {
  const shown = ids.slice(0, 5).map((id) => cleanText(actionName(id)));
  return ids.length > 5 ? `${shown.join(', ')} and ${ids.length - 5} more` : shown.join(', ');
}

/** What the causes have told is not told again. */
function unexplained(files: readonly FileChange[], { causes }: KeyReasons): readonly FileChange[] {
  const told = new Set(causes.flatMap((cause) => cause.told.map(({ line }) => line)));
  return files.filter((file) => !told.has(tellFile(file.path, file.before, file.after).line));
}

const fileLines = (files: readonly FileChange[]): string[] =>
  files.map(({ path, before, after }) => cleanText(tellFile(path, before, after).line));

function textLine({ name, before, after }: RunDifference['tools'][number]): string {
  if (before === undefined) return cleanText(`${name} is new: ${after}`);
  if (after === undefined) return cleanText(`${name} is gone; it was ${before}`);
  return cleanText(`${name} changed from ${before} to ${after}`);
}

function stepLine({ name, kind, status, outputs, keys }: StepChange): string {
  if (kind !== 'changed') return cleanText(`${name} is ${kind}`);
  const parts = [
    status ? `${status.before} before, ${status.after} now` : '',
    outputs.length > 0
      ? `other outputs: ${outputs
          .slice(0, 3)
          .map(({ path }) => path)
          .join(', ')}${outputs.length > 3 ? ` and ${outputs.length - 3} more` : ''}`
      : keys.length > 0
        ? 'another key, the same outputs'
        : '',
  ];
  return cleanText(`${name}: ${parts.filter((part) => part !== '').join('; ')}`);
}
