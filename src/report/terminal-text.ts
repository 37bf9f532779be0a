// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is what these are for
const COLOURS = /\u001b\[[0-9;]*m/g;
const STEERING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
  /[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f-\u009f]|\u001b(?!\[[0-9;]*m)/g;

/** Control characters of a program's output would move the cursor or worse; colours are let through on a terminal only. */
export function cleanLog(text: string, color: boolean): string {
  const kept = color ? text : text.replace(COLOURS, '');
  return kept.replace(/\r\n?/g, '\n').replace(STEERING, '\ufffd');
}

/** Cut to a number of columns; what was cut shows as an ellipsis. Wide characters count twice, colours not at all. */
export function fitColumns(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  if (columns <= 1) return '';
  let width = 0;
  let cut = '';
  let coloured = false;
  for (const [part, colour] of text.matchAll(PARTS)) {
    if (colour !== undefined) {
      coloured = true;
      cut += colour;
      continue;
    }
    width += charWidth(part);
    if (width > columns - 1) break;
    cut += part;
  }
  return `${cut}…${coloured ? '\u001b[0m' : ''}`;
}

/** Broken between words; lines but the first are set in. A word that is longer than a line is not broken. */
export function foldColumns(text: string, columns: number, indent: string): string {
  let folded = '';
  let width = 0;
  for (const [word] of text.matchAll(/\s*\S+/g)) {
    const isOver = width > 0 && width + columnsOf(word) > columns;
    const part = isOver ? `${indent}${word.trimStart()}` : word;
    folded += isOver ? `\n${part}` : part;
    width = (isOver ? 0 : width) + columnsOf(part);
  }
  return folded;
}

/** A colour, or a character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const PARTS = /(\u001b\[[0-9;]*m)|./gsu;

/** How many columns of a terminal a text takes; colours take none. */
export const columnsOf = (text: string): number => widthOf(text.replace(COLOURS, ''));

const widthOf = (text: string): number => [...text].reduce((sum, char) => sum + charWidth(char), 0);

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

const charWidth = (char: string): number => (WIDE.test(char) ? 2 : /\p{Mn}/u.test(char) ? 0 : 1);

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

export function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** For terminals that cannot show more: our own signs in the letters that all have. */
export const asciiText = (text: string): string =>
  text.replace(/[…’‘“”·→—–]/g, (sign) => PLAIN[sign] ?? sign);

const PLAIN: Readonly<Record<string, string>> = {
  '…': '...',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '·': '-',
  '→': '->',
  '—': '-',
  '–': '-',
};
