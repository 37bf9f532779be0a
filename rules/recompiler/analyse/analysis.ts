import type { Body } from '../lift/body.ts';
import { computedAddresses, type Discovery, functionSymbols, storedAddresses } from '../lift/discover.ts';
import type { Image } from '../lift/image.ts';
import type { Hints } from './hints.ts';
import { findUnheeded, type Unheeded } from './unheeded.ts';

/** What is known of a program’s code, whoever found it: `analysis.json`. Addresses are texts in hexadecimal. */
export interface Analysis {
  readonly schema_version: 1;
  readonly module: { readonly name: string; readonly build_id: string; readonly input_sha256: string };
  readonly functions: readonly AnalysedFunction[];
  readonly jump_tables: readonly AnalysedTable[];
  /** Jumps by register whose targets nobody knows. */
  readonly open_jumps: readonly string[];
  readonly references: readonly Reference[];
  readonly names: readonly Readonly<Record<string, unknown>>[];
  /** What was said of boundaries and jump tables, and could not be followed. */
  readonly unheeded: readonly Unheeded[];
}

export interface AnalysedFunction {
  readonly address: string;
  /** Behind the last address that may belong to it. */
  readonly end: string;
  /** Where it can be entered beside its start. */
  readonly entries?: readonly string[];
  readonly instructions: number;
  readonly origin: Origin;
  readonly name?: string;
}

/** The strongest reason to believe in a function, strongest first. */
export const ORIGINS = ['entry', 'symbol', 'call', 'hint', 'pointer'] as const;
export type Origin = (typeof ORIGINS)[number];

export interface AnalysedTable {
  /** Of the jump. */
  readonly address: string;
  readonly targets: readonly string[];
  readonly origin: 'found' | 'hint';
}

/** Code or data at `from` that names the address `to`. */
export interface Reference {
  readonly from: string;
  readonly to: string;
  readonly kind: ReferenceKind;
}

export const REFERENCE_KINDS = ['address', 'call', 'jump', 'stored'] as const;
export type ReferenceKind = (typeof REFERENCE_KINDS)[number];

const hex = (value: number): string => `0x${value.toString(16)}`;

export function makeAnalysis(image: Image, discovery: Discovery, hints: Hints): Analysis {
  const { name, build_id, input_sha256 } = image.module;
  const references = findReferences(image, discovery);
  const originOf = makeOrigin(image, hints, references);
  return {
    schema_version: 1,
    module: { name, build_id, input_sha256 },
    functions: discovery.functions.map((body) => ({
      address: hex(body.start),
      end: hex(body.end),
      ...(body.entries.length > 1 && { entries: body.entries.filter((e) => e !== body.start).map(hex) }),
      instructions: body.addresses.length,
      origin: originOf(body.start),
    })),
    jump_tables: discovery.functions.flatMap((body) =>
      [...body.tables].map(([address, targets]) => ({
        address: hex(address),
        targets: targets.map(hex),
        origin: hints.tables.has(address) ? ('hint' as const) : ('found' as const),
      })),
    ),
    open_jumps: discovery.functions.flatMap((body) => openJumps(image, body)).map(hex),
    references: references.map(({ from, to, kind }) => ({ from: hex(from), to: hex(to), kind })),
    names: [],
    unheeded: findUnheeded(image, discovery, hints),
  };
}

/** What of an analysis the lift goes by: as long as that stays, nothing is lifted again. */
export const shapeOf = ({ schema_version, module, functions, jump_tables }: Analysis): object => ({
  schema_version,
  module,
  functions: functions.map(({ address, end, entries }) => ({ address, end, ...(entries && { entries }) })),
  jump_tables: jump_tables.map(({ address, targets }) => ({ address, targets })),
});

export const openJumps = (image: Image, body: Body): readonly number[] =>
  body.addresses.filter((at) => {
    const flow = image.instruction(at)?.flow;
    return flow?.k === 'jump_to' && !flow.isReturn && !body.tables.has(at);
  });

interface Pair {
  readonly from: number;
  readonly to: number;
  readonly kind: ReferenceKind;
}

/** Calls and jumps between functions, and addresses that code computes or data holds. */
function findReferences(image: Image, discovery: Discovery): readonly Pair[] {
  const pairs: Pair[] = [];
  for (const body of discovery.functions)
    for (const at of body.addresses) {
      const flow = image.instruction(at)?.flow;
      if (flow?.k === 'call') pairs.push({ from: at, to: at + flow.offset, kind: 'call' });
      if (flow?.k === 'jump' || flow?.k === 'branch') {
        const to = at + flow.offset;
        if (to < body.start || to >= body.end) pairs.push({ from: at, to, kind: 'jump' });
      }
      for (const to of computedAddresses(image, at)) pairs.push({ from: at, to, kind: 'address' });
    }
  for (const { from, to } of storedAddresses(image))
    if (image.isCode(to)) pairs.push({ from, to, kind: 'stored' });
  return pairs.sort((a, b) => a.from - b.from || a.to - b.to || (a.kind < b.kind ? -1 : 1));
}

function makeOrigin(image: Image, hints: Hints, references: readonly Pair[]): (address: number) => Origin {
  const symbols = new Set(functionSymbols(image));
  const hinted = new Set([...hints.starts, ...hints.named, ...hints.entries]);
  const called = new Set(references.flatMap(({ to, kind }) => (kind === 'call' ? [to] : [])));
  return (address) => {
    if (address === image.entry) return 'entry';
    if (symbols.has(address)) return 'symbol';
    if (called.has(address)) return 'call';
    return hinted.has(address) ? 'hint' : 'pointer';
  };
}
