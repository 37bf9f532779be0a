// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is what these are for
const COLOURS = /\u001b\[[0-9;]*m/g;
const STEERING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
  /[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f]|\u001b(?!\[[0-9;]*m)/g;

/** Control characters of a program's output would move the cursor or worse; colours are let through on a terminal only. */
export function cleanLog(text: string, color: boolean): string {
  const kept = color ? text : text.replace(COLOURS, '');
  return kept.replace(/\r\n?/g, '\n').replace(STEERING, '\ufffd');
}

/** Cut to a number of columns; what was cut shows as an ellipsis. Wide characters count twice. */
export function fitColumns(text: string, columns: number): string {
  if (columns <= 1) return '';
  let width = 0;
  let cut = '';
  for (const char of text) {
    const next = width + charWidth(char);
    if (next > columns) return `${trimTo(cut, columns - 1)}…`;
    width = next;
    cut += char;
  }
  return cut;
}

function trimTo(text: string, columns: number): string {
  let kept = text;
  while (widthOf(kept) > columns) kept = [...kept].slice(0, -1).join('');
  return kept;
}

const widthOf = (text: string): number => [...text].reduce((sum, char) => sum + charWidth(char), 0);

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

const charWidth = (char: string): number => (WIDE.test(char) ? 2 : /\p{Mn}/u.test(char) ? 0 : 1);

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

export function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
