import { columnsOf, fitColumns } from './terminal-text.ts';

export interface TableOptions {
  /** Columns whose numbers stand below each other, by their place. */
  readonly right?: readonly number[];
  /** Lines are cut to it; undefined: nobody looks at it on a terminal. */
  readonly width: number | undefined;
  readonly indent?: string;
}

/** Rows as lines whose columns stand below each other; the last one takes what is left. */
export function tableText(
  rows: readonly (readonly string[])[],
  { right = [], width, indent = '' }: TableOptions,
): string {
  const widths: number[] = [];
  for (const row of rows)
    row.slice(0, -1).forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, columnsOf(cell));
    });
  const lines = rows.map((row) => {
    const cells = row.map((cell, i) => {
      const gap = ' '.repeat(Math.max(0, (widths[i] ?? 0) - columnsOf(cell)));
      if (i === row.length - 1) return cell;
      return right.includes(i) ? gap + cell : cell + gap;
    });
    const line = `${indent}${cells.join('  ')}`.trimEnd();
    return width === undefined ? line : fitColumns(line, width);
  });
  return lines.map((line) => `${line}\n`).join('');
}
