import { err, ok, type Result } from '../../base/result.ts';
import { type DeclaredGraph, indexOfLabel } from '../declared-graph.ts';
import { attributeText } from './attribute-text.ts';
import { patternOf, targetsOf } from './match-word.ts';
import type { Argument, Expression, Operator, Word } from './parse.ts';
import { between, type Edges, reach, shortestPath, toDependencies, turnedAround } from './reach.ts';
import { emptySet, except, intersect, keep, membersOf, setOf, type TargetSet, union } from './target-set.ts';
import type { QueryFault } from './tokens.ts';

/** The targets an expression stands for: in label order, but a path in its own. */
export function evaluate(
  graph: DeclaredGraph,
  expression: Expression,
  here: string,
): Result<readonly number[], QueryFault> {
  const run = new Run(graph, here);
  try {
    return ok(run.inOrder(expression));
  } catch (error) {
    if (error instanceof Stop) return err(error.fault);
    throw error;
  }
}

/** Unwinds the evaluation; never leaves this file. */
class Stop extends Error {
  readonly fault: QueryFault;

  constructor(fault: QueryFault) {
    super(fault.message);
    this.fault = fault;
  }
}

const OPERATIONS: Readonly<Record<Operator, (a: TargetSet, b: TargetSet) => TargetSet>> = {
  union,
  except,
  intersect,
};

class Run {
  readonly #graph: DeclaredGraph;
  readonly #here: string;
  readonly #forward: Edges;
  #backward: Edges | undefined;
  readonly #variables = new Map<string, TargetSet>();

  constructor(graph: DeclaredGraph, here: string) {
    this.#graph = graph;
    this.#here = here;
    this.#forward = toDependencies(graph);
  }

  of(expression: Expression): TargetSet {
    switch (expression.kind) {
      case 'word':
        return setOf(this.#size, this.#matched(expression));
      case 'variable':
        return this.#variables.get(expression.name) ?? emptySet(this.#size);
      case 'set':
        return setOf(
          this.#size,
          expression.words.flatMap((word) => [...this.#matched(word)]),
        );
      case 'chain':
        return expression.rest.reduce(
          (left, { operator, operand }) => OPERATIONS[operator](left, this.of(operand)),
          this.of(expression.first),
        );
      case 'let':
        return this.#let(expression, (body) => this.of(body));
      case 'call':
        return this.#call(expression);
    }
  }

  /** A path keeps its own order where it is the answer. */
  inOrder(expression: Expression): readonly number[] {
    if (expression.kind === 'let') return this.#let(expression, (body) => this.inOrder(body));
    if (expression.kind === 'call' && expression.name === 'somepath') return this.#path(expression.args);
    return membersOf(this.of(expression));
  }

  #path([from, to]: readonly Argument[]): number[] {
    return shortestPath(this.#forward, this.#set(from), this.#set(to));
  }

  #let<T>({ name, value, body }: Expression & { kind: 'let' }, read: (body: Expression) => T): T {
    const outer = this.#variables.get(name);
    this.#variables.set(name, this.of(value));
    const result = read(body);
    if (outer) this.#variables.set(name, outer);
    else this.#variables.delete(name);
    return result;
  }

  #call({ name, args }: Expression & { kind: 'call' }): TargetSet {
    const [first, second, third] = args;
    switch (name) {
      case 'deps':
        return reach(this.#forward, this.#set(first), numberOf(second));
      case 'rdeps':
        return reach(this.#back, this.#set(second), numberOf(third), reach(this.#forward, this.#set(first)));
      case 'allpaths':
        return between(this.#forward, this.#back, this.#set(first), this.#set(second));
      case 'somepath':
        return setOf(this.#size, this.#path(args));
      case 'some':
        return setOf(this.#size, membersOf(this.#set(first)).slice(0, numberOf(second) ?? 1));
      case 'kind':
        return keep(this.#set(second), this.#kindTest(regexOf(first)));
      case 'filter':
        return keep(this.#set(second), (i) => regexOf(first).test(this.#graph.labels[i] ?? ''));
      case 'tests':
        return keep(this.#set(first), (i) => this.#rule(i)?.test === true);
      case 'attr':
        return keep(this.#set(third), (i) => {
          const text = attributeText(this.#graph, i, wordOf(first));
          return text !== undefined && regexOf(second).test(text);
        });
      case 'labels':
        return setOf(this.#size, this.#labelsOf(wordOf(first), this.#set(second)));
    }
  }

  /** Hands that come from elsewhere write `command rule`. */
  #kindTest(regex: RegExp): (target: number) => boolean {
    const fits = this.#graph.rules.map(({ name }) => regex.test(name) || regex.test(`${name} rule`));
    return (target) => fits[this.#graph.ruleOf[target] ?? 0] === true;
  }

  /** The targets that an attribute names, whatever its kind: labels are in full there. */
  #labelsOf(attribute: string, set: TargetSet): number[] {
    return membersOf(set).flatMap((target) => {
      const value = this.#graph.details(target).attributes[attribute];
      return [value].flat().flatMap((label) => {
        const found = typeof label === 'string' ? indexOfLabel(this.#graph, label) : undefined;
        return found === undefined ? [] : [found];
      });
    });
  }

  #matched(word: Word): readonly number[] {
    const pattern = patternOf(word, this.#here);
    const found = pattern.ok ? targetsOf(this.#graph, pattern.value, word) : pattern;
    if (!found.ok) throw new Stop(found.error);
    return found.value;
  }

  #set(argument: Argument | undefined): TargetSet {
    return argument?.kind === 'set' ? this.of(argument.set) : emptySet(this.#size);
  }

  #rule(target: number) {
    return this.#graph.rules[this.#graph.ruleOf[target] ?? 0];
  }

  get #size(): number {
    return this.#graph.labels.length;
  }

  get #back(): Edges {
    this.#backward ??= turnedAround(this.#forward);
    return this.#backward;
  }
}

/** The parser has seen to it that each argument is of its kind. */
const numberOf = (argument: Argument | undefined): number | undefined =>
  argument?.kind === 'number' ? argument.number : undefined;

const wordOf = (argument: Argument | undefined): string => (argument?.kind === 'word' ? argument.text : '');

const NOTHING = /(?!)/;
const regexOf = (argument: Argument | undefined): RegExp =>
  argument?.kind === 'regex' ? argument.regex : NOTHING;
