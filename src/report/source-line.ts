const TAB = 4;
const MAX_WIDTH = 100;
/** How much of a long line is kept before the place. */
const LEAD = 40;

/** A source line as it is shown, and where its underline goes, in columns of the terminal. */
export interface LaidOut {
  readonly text: string;
  readonly before: number;
  readonly width: number;
}

/** `column` counts UTF-16 units from 1. Tabs become spaces; a long line is cut to the part around the place. */
export function layOut(line: string, column: number, length: number): LaidOut {
  const start = Math.min(Math.max(0, column - 1), line.length);
  const { from, to } = window(line, start);
  let text = from > 0 ? '…' : '';
  let columns = text.length;
  let before: number | undefined;
  let end = 0;
  for (let i = from; i < to; ) {
    const char = String.fromCodePoint(line.codePointAt(i) ?? 0);
    if (i >= start) before ??= columns;
    const shown = char === '\t' ? ' '.repeat(TAB - (columns % TAB)) : cleanText(char);
    text += shown;
    columns += char === '\t' ? shown.length : widthOf(shown);
    if (i < start + length) end = columns;
    i += char.length;
  }
  if (to < line.length) text += '…';
  before ??= columns;
  return { text, before, width: Math.max(1, end - before) };
}

/** The part of the line to show, in UTF-16 units, never through the middle of a character. */
function window(line: string, start: number): { from: number; to: number } {
  if (line.length <= MAX_WIDTH) return { from: 0, to: line.length };
  let from = Math.max(0, Math.min(start - LEAD, line.length - MAX_WIDTH));
  let to = Math.min(line.length, from + MAX_WIDTH);
  if (isLowSurrogate(line, from)) from++;
  if (isLowSurrogate(line, to)) to--;
  return { from, to };
}

function isLowSurrogate(line: string, at: number): boolean {
  const unit = line.charCodeAt(at);
  return at > 0 && unit >= 0xdc00 && unit < 0xe000;
}

/** Control characters would steer the terminal, direction marks would show something else than there is. */
export const cleanText = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cs}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, '\ufffd');

function widthOf(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (/[\p{Mn}\p{Me}\p{Cf}]/u.test(char)) return 0;
  return isWide(code) || /\p{Emoji_Presentation}/u.test(char) ? 2 : 1;
}

/** The blocks that terminals show two columns wide: Hangul, kana, ideographs, full-width forms. */
const isWide = (code: number): boolean =>
  (code >= 0x1100 && code <= 0x115f) ||
  (code >= 0x2e80 && code <= 0xa4cf && code !== 0x303f) ||
  (code >= 0xac00 && code <= 0xd7a3) ||
  (code >= 0xf900 && code <= 0xfaff) ||
  (code >= 0xfe30 && code <= 0xfe6f) ||
  (code >= 0xff00 && code <= 0xff60) ||
  (code >= 0xffe0 && code <= 0xffe6) ||
  (code >= 0x20000 && code <= 0x3fffd);
