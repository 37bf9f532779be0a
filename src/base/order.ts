/**
 * Orders for everything that is hashed or printed. Never a locale: it differs between machines.
 * JavaScript's `<` compares UTF-16 units, which puts U+FFFF above astral characters; the Remote Execution
 * API wants UTF-8 byte order, which is code point order.
 */
export function compareCodePoints(a: string, b: string): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return surrogateLast(x) - surrogateLast(y);
  }
  return a.length - b.length;
}

/** UTF-16 units reordered so that surrogates sort above U+E000..U+FFFF, as they do in UTF-8. */
const surrogateLast = (unit: number): number =>
  unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800;

export const sorted = (items: Iterable<string>): string[] => [...items].sort(compareCodePoints);

export const sortedBy = <T>(items: Iterable<T>, key: (item: T) => string): T[] =>
  [...items].sort((a, b) => compareCodePoints(key(a), key(b)));
