import { type DiffLine, lineDiff } from '../../base/line-diff.ts';
import { sorted } from '../../base/order.ts';
import { type EmittedFunction, functionsOf } from './functions-of.ts';
import type { Round, RoundOutput, Verdict } from './round.ts';

/** What two rounds of the loop made differently. */
export interface RoundDifference {
  readonly before: string;
  readonly after: string;
  readonly names: readonly NameDifference[];
  readonly functions: readonly FunctionDifference[];
  /** Functions that are the same in both. */
  readonly unchanged: number;
  readonly validations: readonly VerdictDifference[];
  readonly outputs: readonly OutputDifference[];
  readonly missing: readonly string[];
}

export interface NameDifference {
  readonly address: string;
  readonly before: string;
  readonly after: string;
}

export interface FunctionDifference {
  readonly address: string;
  readonly name: string;
  readonly file: string;
  readonly kind: 'changed' | 'new' | 'gone';
  /** Absent: too long and too different to be told line by line. */
  readonly lines?: readonly DiffLine[];
}

export interface VerdictDifference {
  readonly label: string;
  readonly before: Verdict | undefined;
  readonly after: Verdict | undefined;
}

export interface OutputDifference {
  readonly path: string;
  readonly before: RoundOutput | undefined;
  readonly after: RoundOutput | undefined;
}

export function compareRounds(before: Round, after: Round): RoundDifference {
  const [old, now] = [allFunctions(before), allFunctions(after)];
  const addresses = sortedAddresses([...old.keys(), ...now.keys()]);
  const functions = addresses.flatMap((at) => compareFunction(old.get(at), now.get(at)) ?? []);
  return {
    before: before.runId,
    after: after.runId,
    names: addresses.flatMap((at) => compareName(old.get(at), now.get(at)) ?? []),
    functions,
    unchanged: addresses.length - functions.length,
    validations: sorted(new Set([...before.verdicts.keys(), ...after.verdicts.keys()])).map((label) => ({
      label,
      before: before.verdicts.get(label),
      after: after.verdicts.get(label),
    })),
    outputs: sorted(new Set([...before.outputs.keys(), ...after.outputs.keys()])).flatMap((path) => {
      const [a, b] = [before.outputs.get(path), after.outputs.get(path)];
      return a?.sha256 === b?.sha256 ? [] : [{ path, before: a, after: b }];
    }),
    missing: [...new Set([...before.missing, ...after.missing])],
  };
}

function allFunctions(round: Round): ReadonlyMap<string, EmittedFunction> {
  const functions = [...round.code].flatMap(([file, text]) => functionsOf(file, text));
  return new Map(functions.map((f) => [f.address, f]));
}

const sortedAddresses = (addresses: readonly string[]): readonly string[] =>
  [...new Set(addresses)].sort((a, b) => Number(a) - Number(b));

function compareName(
  before: EmittedFunction | undefined,
  after: EmittedFunction | undefined,
): NameDifference | undefined {
  if (before === undefined || after === undefined || before.name === after.name) return undefined;
  return { address: after.address, before: before.name, after: after.name };
}

function compareFunction(
  before: EmittedFunction | undefined,
  after: EmittedFunction | undefined,
): FunctionDifference | undefined {
  const of = after ?? before;
  if (of === undefined) return undefined;
  const { address, name, file } = of;
  const kind = before === undefined ? 'new' : after === undefined ? 'gone' : 'changed';
  if (kind === 'changed' && before?.lines.join('\n') === after?.lines.join('\n')) return undefined;
  const lines = lineDiff(before?.lines ?? [], after?.lines ?? []);
  return { address, name, file, kind, ...(lines && { lines }) };
}
