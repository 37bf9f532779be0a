import { err, ok, type Result } from '../../base/result.ts';

/** A stretch of the expression, for messages. */
export interface Place {
  readonly start: number;
  readonly length: number;
}

/** What is wrong with an expression, where, and what to do about it. */
export interface QueryFault {
  readonly code: string;
  readonly message: string;
  readonly at: Place;
  readonly help?: string;
}

export type Token =
  | { readonly kind: 'word'; readonly text: string; readonly quoted: boolean; readonly at: Place }
  | { readonly kind: 'sign'; readonly text: Sign; readonly at: Place }
  | { readonly kind: 'end'; readonly at: Place };

export type Sign = '(' | ')' | ',' | '+' | '-' | '^' | '=';

const MAX_LENGTH = 256 * 1024;
/** Letters of labels and patterns. `+`, `,` and `=`, which names may hold too, are signs here: such a label is put in quotes. */
const WORD = /[A-Za-z0-9*/@._:$~[\]-]*/y;
const SPACE = /\s*/y;
const SIGNS = '(),+-^=';

export function tokenize(text: string): Result<readonly Token[], QueryFault> {
  if (text.length > MAX_LENGTH) {
    const message = `the expression is longer than ${MAX_LENGTH / 1024} KiB`;
    return err({ code: 'query-too-large', message, at: { start: 0, length: 1 } });
  }
  const tokens: Token[] = [];
  for (let at = skip(SPACE, text, 0); at < text.length; at = skip(SPACE, text, at)) {
    const token = tokenAt(text, at);
    if (!token.ok) return token;
    tokens.push(token.value);
    at += token.value.at.length;
  }
  return ok([...tokens, { kind: 'end', at: { start: text.length, length: 1 } }]);
}

function skip(what: RegExp, text: string, from: number): number {
  what.lastIndex = from;
  what.test(text);
  return what.lastIndex;
}

function tokenAt(text: string, start: number): Result<Token, QueryFault> {
  const first = text[start] ?? '';
  if (isSign(first)) return ok({ kind: 'sign', text: first, at: { start, length: 1 } });
  if (first === '"' || first === "'") return quotedAt(text, start, first);
  const end = skip(WORD, text, start);
  if (end === start || first === '*') return err(strange(first, start));
  return ok({
    kind: 'word',
    text: text.slice(start, end),
    quoted: false,
    at: { start, length: end - start },
  });
}

const isSign = (char: string): char is Sign => char !== '' && SIGNS.includes(char);

function quotedAt(text: string, start: number, quote: string): Result<Token, QueryFault> {
  const end = text.indexOf(quote, start + 1);
  const at = { start, length: (end < 0 ? text.length : end + 1) - start };
  if (end < 0)
    return err({
      code: 'query-syntax',
      message: 'this quote is never closed',
      at: { start, length: 1 },
      help: `end the word with ${quote}`,
    });
  return ok({ kind: 'word', text: text.slice(start + 1, end), quoted: true, at });
}

const strange = (char: string, start: number): QueryFault => ({
  code: 'query-syntax',
  message: `${JSON.stringify(char)} cannot stand here`,
  at: { start, length: 1 },
  help: 'put a word with other letters than those of labels in quotes: "…"',
});
