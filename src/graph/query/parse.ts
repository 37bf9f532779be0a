import { nearest } from '../../base/nearest.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { FUNCTIONS, type FunctionName, isFunction, type Parameter } from './functions.ts';
import { type Place, type QueryFault, type Sign, type Token, tokenize } from './tokens.ts';

export interface Word {
  readonly text: string;
  readonly at: Place;
}

export type Operator = 'union' | 'except' | 'intersect';

export type Expression =
  /** A label or a pattern of labels. */
  | ({ readonly kind: 'word' } & Word)
  | { readonly kind: 'variable'; readonly name: string; readonly at: Place }
  | { readonly kind: 'set'; readonly words: readonly Word[] }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly args: readonly Argument[] }
  /** From left to right, whatever the operators: none binds tighter. */
  | { readonly kind: 'chain'; readonly first: Expression; readonly rest: readonly Link[] }
  | { readonly kind: 'let'; readonly name: string; readonly value: Expression; readonly body: Expression };

export interface Link {
  readonly operator: Operator;
  readonly operand: Expression;
}

export type Argument =
  | { readonly kind: 'set'; readonly set: Expression }
  | ({ readonly kind: 'word' } & Word)
  | { readonly kind: 'regex'; readonly regex: RegExp }
  | { readonly kind: 'number'; readonly number: number };

const OPERATORS: Readonly<Record<string, Operator>> = {
  '+': 'union',
  union: 'union',
  '-': 'except',
  except: 'except',
  '^': 'intersect',
  intersect: 'intersect',
};
const KEYWORDS: ReadonlySet<string> = new Set(['except', 'in', 'intersect', 'let', 'set', 'union']);

/** Deeper than anybody writes; recursion stays far from the end of the stack. */
const MAX_DEPTH = 200;
const MAX_TERMS = 20_000;
const MAX_REGEX = 1000;

/** An expression of the query language; the fault says where and what. */
export function parseQuery(text: string): Result<Expression, QueryFault> {
  const tokens = tokenize(text);
  if (!tokens.ok) return tokens;
  try {
    const parser = new Parser(tokens.value);
    return ok(parser.whole());
  } catch (error) {
    if (error instanceof Stop) return err(error.fault);
    throw error;
  }
}

/** Unwinds the parser; never leaves this file. */
class Stop extends Error {
  readonly fault: QueryFault;

  constructor(fault: QueryFault) {
    super(fault.message);
    this.fault = fault;
  }
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  #terms = 0;
  /** Variables that may be used here. */
  readonly #bound: string[] = [];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    const { kind, at } = this.#peek();
    if (kind === 'end') this.#stop('the expression is empty', at, 'a label is one: //a:b');
    const expression = this.#expression();
    const rest = this.#peek();
    if (rest.kind === 'end') return expression;
    if (rest.kind === 'sign') this.#stop(`this \`${rest.text}\` has nothing to do here`, rest.at);
    this.#stop('an operator is missing before this', rest.at, 'sets are joined by +, - or ^: //a + //b');
  }

  #expression(): Expression {
    this.#enter();
    const first = this.#term();
    const rest: Link[] = [];
    for (let operator = this.#operator(); operator !== undefined; operator = this.#operator()) {
      this.#next++;
      rest.push({ operator, operand: this.#term() });
    }
    this.#depth--;
    return rest.length === 0 ? first : { kind: 'chain', first, rest };
  }

  #operator(): Operator | undefined {
    const token = this.#peek();
    if (token.kind === 'end' || (token.kind === 'word' && token.quoted)) return undefined;
    return Object.hasOwn(OPERATORS, token.text) ? OPERATORS[token.text] : undefined;
  }

  #term(): Expression {
    this.#terms++;
    const token = this.#take();
    if (this.#terms > MAX_TERMS) this.#stop(`the expression has more than ${MAX_TERMS} parts`, token.at);
    if (token.kind === 'end') this.#stop('the expression ends too early', token.at, WANTED);
    if (token.kind === 'sign') {
      if (token.text === '(') return this.#parenthesis();
      this.#stop(`\`${token.text}\` cannot stand here`, token.at, WANTED);
    }
    if (!token.quoted) {
      if (token.text === 'let') return this.#let();
      if (token.text === 'set') return this.#set();
      if (KEYWORDS.has(token.text))
        this.#stop(
          `\`${token.text}\` is a word of the language, and cannot stand here`,
          token.at,
          `a target of that name is put in quotes: "${token.text}"`,
        );
      if (token.text.startsWith('$')) return this.#variable(token);
      if (this.#isSign('(')) return this.#call(token);
    }
    return { kind: 'word', text: token.text, at: token.at };
  }

  #parenthesis(): Expression {
    const inner = this.#expression();
    this.#expect(')');
    return inner;
  }

  #let(): Expression {
    const name = this.#take();
    if (name.kind !== 'word' || name.quoted || !VARIABLE.test(name.text) || KEYWORDS.has(name.text))
      this.#stop('`let` is followed by a name of letters, digits and `_`', name.at, LET_FORM);
    this.#expect('=', LET_FORM);
    const value = this.#expression();
    const word = this.#take();
    if (word.kind !== 'word' || word.text !== 'in') this.#stop('this `let` has no `in`', word.at, LET_FORM);
    this.#bound.push(name.text);
    const body = this.#expression();
    this.#bound.pop();
    return { kind: 'let', name: name.text, value, body };
  }

  #variable({ text, at }: Word): Expression {
    const name = text.slice(1);
    if (this.#bound.includes(name)) return { kind: 'variable', name, at };
    const near = nearest(name, this.#bound);
    this.#stop(
      `there is no variable ${text} here`,
      at,
      near === undefined ? LET_FORM : `did you mean $${near}?`,
      'unknown-variable',
    );
  }

  #set(): Expression {
    this.#expect('(', 'a set is written set(//a:b //c:d)');
    const words: Word[] = [];
    for (let token = this.#take(); ; token = this.#take()) {
      if (token.kind === 'sign' && token.text === ')') return { kind: 'set', words };
      if (token.kind !== 'word')
        this.#stop(
          token.kind === 'end' ? 'this set is never closed' : `\`${token.text}\` cannot stand in a set`,
          token.at,
          'a set holds labels and patterns with spaces between them: set(//a:b //c:d)',
        );
      if (++this.#terms > MAX_TERMS) this.#stop(`the expression has more than ${MAX_TERMS} parts`, token.at);
      words.push({ text: token.text, at: token.at });
    }
  }

  #call({ text, at }: Word): Expression {
    if (!isFunction(text)) this.#unknownFunction(text, at);
    this.#enter();
    this.#expect('(');
    const { takes, form } = FUNCTIONS[text];
    const args: Argument[] = [];
    for (const [i, parameter] of takes.entries()) {
      if (parameter === 'number?' && !this.#isSign(',')) break;
      if (i > 0) this.#expect(',', `it is written ${form}`);
      args.push(this.#argument(parameter, form));
    }
    if (this.#isSign(','))
      this.#stop(`${text} takes no more than this`, this.#peek().at, `it is written ${form}`);
    this.#expect(')', `it is written ${form}`);
    this.#depth--;
    return { kind: 'call', name: text, args };
  }

  #unknownFunction(name: string, at: Place): never {
    const near = nearest(name, Object.keys(FUNCTIONS));
    this.#stop(
      `there is no function "${name}"`,
      at,
      near === undefined ? `there are ${Object.keys(FUNCTIONS).join(', ')}` : `did you mean "${near}"?`,
      'unknown-function',
    );
  }

  #argument(parameter: Parameter, form: string): Argument {
    if (parameter === 'set') return { kind: 'set', set: this.#expression() };
    const token = this.#take();
    if (token.kind !== 'word')
      this.#stop(
        `expected ${parameter === 'number?' ? 'a number' : 'a word'} here`,
        token.at,
        `it is written ${form}`,
      );
    if (parameter === 'word') return { kind: 'word', text: token.text, at: token.at };
    return parameter === 'regex' ? this.#regex(token) : this.#number(token, form);
  }

  #regex({ text, at }: Word): Argument {
    if (text.length > MAX_REGEX)
      this.#stop(`a regular expression is at most ${MAX_REGEX} characters long`, at);
    try {
      return { kind: 'regex', regex: new RegExp(text) };
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      const why = said.slice(said.lastIndexOf(': ') + 2).toLowerCase();
      this.#stop(
        `this is no regular expression: ${why}`,
        at,
        'a special character is made plain by a \\ before it',
      );
    }
  }

  #number({ text, at }: Word, form: string): Argument {
    if (!/^\d{1,9}$/.test(text)) this.#stop('expected a whole number here', at, `it is written ${form}`);
    return { kind: 'number', number: Number(text) };
  }

  #enter(): void {
    if (++this.#depth > MAX_DEPTH)
      this.#stop(`the expression is nested deeper than ${MAX_DEPTH} levels`, this.#peek().at);
  }

  #isSign(sign: Sign): boolean {
    const token = this.#peek();
    return token.kind === 'sign' && token.text === sign;
  }

  #expect(sign: Sign, help?: string): void {
    const token = this.#take();
    if (token.kind === 'sign' && token.text === sign) return;
    this.#stop(
      token.kind === 'end' ? `a \`${sign}\` is missing at the end` : `a \`${sign}\` is missing before this`,
      token.at,
      help,
    );
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? END;
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }

  #stop(message: string, at: Place, help?: string, code = 'query-syntax'): never {
    throw new Stop({ code, message, at, ...(help === undefined ? {} : { help }) });
  }
}

const END: Token = { kind: 'end', at: { start: 0, length: 1 } };
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const WANTED = 'expected a label, a pattern such as //a/..., a function or `(`';
const LET_FORM = 'a variable is bound like this: let x = deps(//a:b) in $x - //c/...';
