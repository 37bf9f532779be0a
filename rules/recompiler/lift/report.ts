import { compareCodePoints } from '../../../src/base/order.ts';
import { openJumps } from '../analyse/analysis.ts';
import { FIRST_GUEST_FUNCTION } from '../wasm/layout.ts';
import type { Discovery } from './discover.ts';
import type { Image } from './image.ts';
import { symbolsOf } from './symbols.ts';

/** What was lifted and what could not be: `lift-report.json`. */
export interface LiftReport {
  readonly schema_version: 1;
  readonly module: string;
  readonly instructions: { readonly code_words: number; readonly lifted: number };
  readonly functions: { readonly found: number; readonly entries: number; readonly named: number };
  /** In the order of their addresses, which is that of the module’s own functions in program.wasm. */
  readonly listing: readonly ListedFunction[];
  readonly wasm_first_function: number;
  readonly jump_tables: readonly { readonly address: string; readonly targets: number }[];
  readonly open_jumps: readonly string[];
  readonly traps: readonly Trap[];
  readonly trap_counts: Readonly<Record<string, number>>;
}

export interface ListedFunction {
  readonly address: string;
  readonly instructions: number;
  readonly name?: string;
}

interface Trap {
  readonly address: string;
  /** Where the function starts. */
  readonly function: string;
  readonly bytes: string;
  readonly instruction: string;
  readonly reason: string;
}

const hex = (value: number): string => `0x${value.toString(16)}`;

export const printReport = (image: Image, discovery: Discovery): string =>
  `${JSON.stringify(makeReport(image, discovery, symbolsOf(image)), null, 2)}\n`;

function makeReport(image: Image, discovery: Discovery, names: ReadonlyMap<number, string>): LiftReport {
  const traps = findTraps(image, discovery);
  const counts = new Map<string, number>();
  for (const { reason, instruction } of traps) {
    const key = `${reason}: ${instruction}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const tables = discovery.functions.flatMap((f) => [...f.tables]);
  return {
    schema_version: 1,
    module: image.module.name,
    instructions: {
      code_words: (image.codeEnd - image.codeStart) / 4,
      lifted: discovery.functions.reduce((sum, f) => sum + f.addresses.length, 0),
    },
    functions: {
      found: discovery.functions.length,
      entries: discovery.functions.reduce((sum, f) => sum + f.entries.length, 0),
      named: discovery.functions.filter((f) => names.has(f.start)).length,
    },
    wasm_first_function: FIRST_GUEST_FUNCTION,
    listing: discovery.functions.map((f) => {
      const name = names.get(f.start);
      return {
        address: hex(f.start),
        instructions: f.addresses.length,
        ...(name === undefined ? {} : { name }),
      };
    }),
    jump_tables: tables.map(([address, targets]) => ({ address: hex(address), targets: targets.length })),
    open_jumps: discovery.functions.flatMap((f) => openJumps(image, f)).map(hex),
    traps,
    trap_counts: Object.fromEntries([...counts].sort(([a], [b]) => compareCodePoints(a, b))),
  };
}

function findTraps(image: Image, discovery: Discovery): Trap[] {
  return discovery.functions.flatMap((f) =>
    f.addresses.flatMap((at) => {
      const instruction = image.instruction(at);
      if (instruction?.flow.k !== 'trap') return [];
      const bytes = (image.word(at) ?? 0).toString(16).padStart(8, '0');
      const { name, flow } = instruction;
      return [{ address: hex(at), function: hex(f.start), bytes, instruction: name, reason: flow.reason }];
    }),
  );
}
