import { columnsOf } from './terminal-text.ts';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** The lines at the bottom of a terminal that change; what is said stays above them. */
export interface LiveRegion {
  /** Text that stays, ending each line; then the changing lines. Everything goes out at once, so that nothing flickers. */
  show(said: string, lines: readonly string[]): void;
  /** The changing lines go. */
  clear(): void;
}

/** Terminals that know these show what lies between as one; the others pass them over. */
const HOLD = '\u001b[?2026h';
const RELEASE = '\u001b[?2026l';
const TO_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

export function liveRegion(write: (text: string) => void, size: () => TerminalSize): LiveRegion {
  let drawn: readonly string[] = [];
  let drawnAt = 0;
  return {
    show(said, lines) {
      const { columns } = size();
      if (said === '' && columns === drawnAt && same(drawn, lines)) return;
      // In place where nothing but the changing lines is new; after a wrap nothing is in its place any more.
      const start = toTop(columns) + (said !== '' || columns !== drawnAt ? CLEAR_BELOW : '');
      const text = lines.map((line) => line + TO_END).join('\n');
      // The cursor waits at the start of the last line: what a key echoes there, such as ^C, takes no row of its own.
      write(`${HOLD}${start}${said}${text}${CLEAR_BELOW}\r${RELEASE}`);
      drawn = lines;
      drawnAt = columns;
    },
    clear() {
      if (drawn.length > 0) write(toTop(size().columns) + CLEAR_BELOW);
      drawn = [];
    },
  };

  /** Whoever made the window narrower has wrapped the lines that were drawn: they take more rows now. */
  function toTop(columns: number): string {
    if (drawn.length === 0) return '';
    const above = drawn
      .slice(0, -1)
      .reduce((sum, line) => sum + Math.max(1, Math.ceil(columnsOf(line) / columns)), 0);
    return above > 0 ? `\r\u001b[${above}A` : '\r';
  }
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((line, i) => line === b[i]);
