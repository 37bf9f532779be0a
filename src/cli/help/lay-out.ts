const WIDTH = 80;

/** Words into lines of at most `width` columns; a longer word stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

export const paragraph = (text: string, indent = ''): string =>
  wrap(text, WIDTH - indent.length)
    .map((line) => `${indent}${line}\n`)
    .join('');

/** Two columns: terms, and what they mean beside them (below, for a term that is too long). */
export function twoColumns(rows: readonly (readonly [term: string, text: string])[], maxTerm = 26): string {
  const widest = Math.max(0, ...rows.map(([term]) => term.length).filter((length) => length <= maxTerm));
  return rows.map((row) => twoColumnRow(row, widest + 4)).join('');
}

function twoColumnRow([term, text]: readonly [string, string], column: number): string {
  const lines = wrap(text, WIDTH - column);
  const start = `  ${term}`;
  const first = start.length + 2 > column ? `${start}\n` : `${start.padEnd(column)}${lines.shift() ?? ''}\n`;
  return first + lines.map((line) => `${' '.repeat(column)}${line}\n`).join('');
}
