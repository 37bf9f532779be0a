export interface DiffLine {
  readonly kind: 'same' | 'gone' | 'new';
  readonly text: string;
}

/** Beyond this the table below would cost more than anybody reads. */
const MAX_LINES = 2_000;

/**
 * A shortest way from one list of lines to another; undefined: they are too long and too different to be told line by line.
 * What is the same at both ends costs nothing.
 */
export function lineDiff(before: readonly string[], after: readonly string[]): DiffLine[] | undefined {
  const start = sameAtStart(before, after);
  const end = sameAtEnd(before, after, start);
  const a = before.slice(start, before.length - end);
  const b = after.slice(start, after.length - end);
  if (a.length > MAX_LINES || b.length > MAX_LINES) return undefined;
  const same = (text: string): DiffLine => ({ kind: 'same', text });
  return [
    ...before.slice(0, start).map(same),
    ...walk(a, b, commonLengths(a, b)),
    ...before.slice(before.length - end).map(same),
  ];
}

/** Only what differs, with some lines around it; undefined: it is longer than `limit`. */
export function hunks(diff: readonly DiffLine[], around: number, limit: number): DiffLine[] | undefined {
  const near = new Set<number>();
  diff.forEach(({ kind }, i) => {
    if (kind !== 'same') for (let j = i - around; j <= i + around; j++) near.add(j);
  });
  const shown = diff.filter((_, i) => near.has(i));
  return shown.length <= limit ? shown : undefined;
}

function sameAtStart(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a[count] === b[count]) count++;
  return count;
}

function sameAtEnd(a: readonly string[], b: readonly string[], start: number): number {
  const most = Math.min(a.length, b.length) - start;
  let count = 0;
  while (count < most && a[a.length - 1 - count] === b[b.length - 1 - count]) count++;
  return count;
}

/** How many lines `a` from i on and `b` from j on have in common, in order: at i * (b.length + 1) + j. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint16Array {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      lengths[at] =
        a[i] === b[j]
          ? (lengths[at + width + 1] ?? 0) + 1
          : Math.max(lengths[at + width] ?? 0, lengths[at + 1] ?? 0);
    }
  }
  return lengths;
}

function walk(a: readonly string[], b: readonly string[], lengths: Uint16Array): DiffLine[] {
  const width = b.length + 1;
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const [x, y] = [a[i], b[j]];
    if (x !== undefined && x === y) {
      lines.push({ kind: 'same', text: x });
      i++;
      j++;
    } else if (
      x !== undefined &&
      (y === undefined || (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0))
    ) {
      lines.push({ kind: 'gone', text: x });
      i++;
    } else if (y !== undefined) {
      lines.push({ kind: 'new', text: y });
      j++;
    }
  }
  return lines;
}
