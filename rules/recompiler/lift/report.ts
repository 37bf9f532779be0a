import { compareCodePoints } from '../../../src/base/order.ts';
import type { Discovery } from './discover.ts';
import type { Image } from './image.ts';

/** What was lifted and what could not be: `lift-report.json`. */
export interface LiftReport {
  readonly schema_version: 1;
  readonly module: string;
  readonly instructions: { readonly code_words: number; readonly lifted: number };
  readonly functions: { readonly found: number; readonly entries: number; readonly named: number };
  readonly jump_tables: readonly { readonly address: string; readonly targets: number }[];
  readonly open_jumps: readonly string[];
  readonly traps: readonly Trap[];
  readonly trap_counts: Readonly<Record<string, number>>;
}

interface Trap {
  readonly address: string;
  readonly bytes: string;
  readonly instruction: string;
  readonly reason: string;
}

const hex = (value: number): string => `0x${value.toString(16)}`;

export function makeReport(
  image: Image,
  discovery: Discovery,
  names: ReadonlyMap<number, string>,
): LiftReport {
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
    jump_tables: tables.map(([address, targets]) => ({ address: hex(address), targets: targets.length })),
    open_jumps: openJumps(image, discovery).map(hex),
    traps,
    trap_counts: Object.fromEntries([...counts].sort(([a], [b]) => compareCodePoints(a, b))),
  };
}

function openJumps(image: Image, discovery: Discovery): number[] {
  return discovery.functions.flatMap((f) =>
    f.addresses.filter((at) => {
      const flow = image.instruction(at)?.flow;
      return flow?.k === 'jump_to' && !flow.isReturn && !f.tables.has(at);
    }),
  );
}

function findTraps(image: Image, discovery: Discovery): Trap[] {
  return discovery.functions.flatMap((f) =>
    f.addresses.flatMap((at) => {
      const instruction = image.instruction(at);
      if (instruction?.flow.k !== 'trap') return [];
      const bytes = (image.word(at) ?? 0).toString(16).padStart(8, '0');
      return [{ address: hex(at), bytes, instruction: instruction.name, reason: instruction.flow.reason }];
    }),
  );
}
