import { sorted } from '../../base/order.ts';
import { FUNCTIONS } from '../../graph/query/functions.ts';
import type { CommandPage, OptionPage } from '../help/command-page.ts';

export interface CompletionSource {
  readonly commands: readonly string[];
  readonly pages: readonly CommandPage[];
  /** Labels and patterns that begin so. */
  labels(prefix: string): readonly string[];
  /** The names of past runs, newest first. */
  runs(): readonly string[];
}

/** What may stand in the place of the last word; none: the shell offers files. */
export function complete(words: readonly string[], source: CompletionSource): readonly string[] {
  const current = words.at(-1) ?? '';
  return sorted(new Set(candidates(words, current, source))).filter((word) => word.startsWith(current));
}

function candidates(words: readonly string[], current: string, source: CompletionSource): readonly string[] {
  const [name = ''] = words;
  if (words.length <= 1) return current.startsWith('-') ? ['--help', '--version'] : source.commands;
  if (name === 'help') return words.length === 2 ? source.commands : [];
  const page = pageOf(words, source);
  // What stands after `--` is for another program.
  if (page === undefined || words.slice(1, -1).includes('--')) return [];
  const option = optionBefore(page, words);
  if (option !== undefined) return option.words ?? [];
  if (current.startsWith('--')) return optionWords(page, current);
  return operands(page, words, current, source);
}

/** Within an expression, the label or function at its end; what stands before is kept. */
function queryWords(current: string, source: CompletionSource): string[] {
  const start = current.search(/[^\s()'",+^]*$/);
  const [before, word] = [current.slice(0, start), current.slice(start)];
  const functions = Object.keys(FUNCTIONS).map((name) => `${name}(`);
  return [...functions, ...source.labels(word)].map((candidate) => `${before}${candidate}`);
}

/** A part of a command may have a page of its own: `cache serve`. */
function pageOf(
  [name, part, ...rest]: readonly string[],
  { pages }: CompletionSource,
): CommandPage | undefined {
  const own = rest.length === 0 ? undefined : pages.find((page) => page.name === `${name} ${part}`);
  return own ?? pages.find((page) => page.name === name);
}

/** The option whose value the current word is. */
function optionBefore(page: CommandPage, words: readonly string[]): OptionPage | undefined {
  const before = words.at(-2) ?? '';
  return page.options.find(
    ({ name, short, value, valueIsOptional }) =>
      value !== undefined &&
      valueIsOptional !== true &&
      (before === `--${name}` || (short !== undefined && before === `-${short}`)),
  );
}

function optionWords(page: CommandPage, current: string): string[] {
  const [name = ''] = current.split('=');
  const option = page.options.find((o) => `--${o.name}` === name);
  if (current.includes('=')) return (option?.words ?? []).map((word) => `${name}=${word}`);
  return ['--help', ...page.options.map((o) => `--${o.name}`)];
}

function operands(
  { completes }: CommandPage,
  words: readonly string[],
  current: string,
  source: CompletionSource,
): readonly string[] {
  if (completes === 'targets') {
    const negative = current.startsWith('-') ? '-' : '';
    return source.labels(current.slice(negative.length)).map((label) => `${negative}${label}`);
  }
  if (completes === 'runs') return ['latest', ...source.runs()];
  if (completes === 'query') return queryWords(current, source);
  const isFirst = words.slice(1, -1).every((word) => word.startsWith('-'));
  return typeof completes === 'string' || !isFirst ? [] : completes;
}
