import type { Result } from '../base/result.ts';
import { err, ok } from '../base/result.ts';

/** One part of a glob between two slashes. */
export type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'deep' }
  /** `*`, `*.c`, `lib*.so`: by far the most, and the cheapest. */
  | { readonly kind: 'affix'; readonly head: string; readonly tail: string }
  | { readonly kind: 'pattern'; readonly tokens: readonly Token[]; readonly dot: boolean };

type Token =
  | { readonly kind: 'char'; readonly code: number }
  | { readonly kind: 'one' }
  | { readonly kind: 'many' }
  | {
      readonly kind: 'class';
      readonly ranges: readonly (readonly [number, number])[];
      readonly negated: boolean;
    };

export function parseSegment(text: string): Result<Segment, string> {
  if (text === '**') return ok({ kind: 'deep' });
  if (text.includes('**')) return err('`**` must stand alone between slashes');
  if (!/[*?[]/.test(text)) return ok({ kind: 'literal', text });
  const affix = /^([^*?[]*)\*([^*?[]*)$/.exec(text);
  if (affix !== null) return ok({ kind: 'affix', head: affix[1] ?? '', tail: affix[2] ?? '' });
  const chars = codePoints(text);
  const tokens: Token[] = [];
  for (let i = 0; i < chars.length; ) {
    const code = chars[i] ?? 0;
    if (code !== OPEN) {
      tokens.push(code === STAR ? { kind: 'many' } : code === ANY ? { kind: 'one' } : { kind: 'char', code });
      i++;
      continue;
    }
    const parsed = parseClass(chars, i + 1);
    if (!parsed.ok) return parsed;
    tokens.push(parsed.value.token);
    i = parsed.value.next;
  }
  return ok({ kind: 'pattern', tokens, dot: text.startsWith('.') });
}

const STAR = 0x2a;
const ANY = 0x3f;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const DASH = 0x2d;

/** From after `[`. A `]` that comes first stands for itself, as a `-` at either end does. */
function parseClass(chars: readonly number[], start: number): Result<{ token: Token; next: number }, string> {
  let i = start;
  const negated = chars[i] === 0x21 || chars[i] === 0x5e;
  if (negated) i++;
  const ranges: [number, number][] = [];
  for (let first = true; ; first = false) {
    const from = chars[i];
    if (from === undefined) return err('`[` without its `]`');
    if (from === CLOSE && !first) return ok({ token: { kind: 'class', ranges, negated }, next: i + 1 });
    const to = chars[i + 2];
    if (chars[i + 1] === DASH && to !== undefined && to !== CLOSE) {
      if (to < from) return err('a range in `[…]` runs backwards');
      ranges.push([from, to]);
      i += 3;
    } else {
      ranges.push([from, from]);
      i++;
    }
  }
}

const codePoints = (text: string): number[] => Array.from(text, (c) => c.codePointAt(0) ?? 0);

export function matchesSegment(segment: Segment, name: string, hidden: boolean): boolean {
  switch (segment.kind) {
    case 'literal':
      return segment.text === name;
    case 'deep':
      return hidden || !name.startsWith('.');
    case 'affix': {
      const { head, tail } = segment;
      if (!(hidden || head.startsWith('.') || !name.startsWith('.'))) return false;
      return name.length >= head.length + tail.length && name.startsWith(head) && name.endsWith(tail);
    }
    case 'pattern':
      return (
        (hidden || segment.dot || !name.startsWith('.')) && matchesTokens(segment.tokens, codePoints(name))
      );
  }
}

/** At most length of name × length of pattern steps: only the last `*` is ever tried again. */
function matchesTokens(tokens: readonly Token[], name: readonly number[]): boolean {
  let t = 0;
  let star = -1;
  let mark = 0;
  for (let n = 0; n < name.length; ) {
    const token = tokens[t];
    if (token?.kind === 'many') {
      star = t++;
      mark = n;
    } else if (token !== undefined && matchesOne(token, name[n] ?? 0)) {
      t++;
      n++;
    } else if (star >= 0) {
      t = star + 1;
      n = ++mark;
    } else return false;
  }
  while (tokens[t]?.kind === 'many') t++;
  return t === tokens.length;
}

function matchesOne(token: Token, code: number): boolean {
  if (token.kind === 'char') return token.code === code;
  if (token.kind === 'class')
    return token.ranges.some(([from, to]) => from <= code && code <= to) !== token.negated;
  return token.kind === 'one';
}
