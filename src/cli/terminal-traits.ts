import type { ViewOutput } from '../report/build-view.ts';
import { stderr } from './stderr.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What stderr can do, for the view of a build. */
export function stderrTraits(): Pick<ViewOutput, 'size' | 'color' | 'unicode'> {
  const { env } = process;
  const terminal = stderr.terminal();
  const isTerminal = terminal !== undefined;
  return {
    size:
      terminal && drawsOver(env, isTerminal)
        ? () => ({ columns: terminal.columns || 80, rows: terminal.rows || 24 })
        : undefined,
    color: usesColor(env, isTerminal),
    unicode: showsUnicode(env),
  };
}

/** What a build server records is read later, from top to bottom. */
export const drawsOver = (env: Env, isTerminal: boolean): boolean =>
  isTerminal && env['TERM'] !== 'dumb' && !isSet(env['CI']);

/** NO_COLOR (no-color.org) has the last word. */
export function usesColor(env: Env, isTerminal: boolean): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return isTerminal && env['TERM'] !== 'dumb';
}

/** By the locale, as POSIX ranks its variables; where nothing is said, terminals of today show everything. */
export function showsUnicode(env: Env): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'];
  return !locale || /utf-?8/i.test(locale);
}

const isSet = (value: string | undefined): boolean =>
  value !== undefined && value !== '' && value !== '0' && value !== 'false';
