import type { Flow } from '../ir/ir.ts';
import type { Image } from './image.ts';
import { findJumpTables } from './jump-tables.ts';

/** The instructions that belong to one function, and how control moves among them. */
export interface Body {
  readonly start: number;
  /** Behind the last address that may belong to it: the next function's start. */
  readonly end: number;
  /** Where it can be entered: its start and, rarely, more. In order. */
  readonly entries: readonly number[];
  /** In order. */
  readonly addresses: readonly number[];
  /** Jumps by register whose targets were found. */
  readonly tables: ReadonlyMap<number, readonly number[]>;
}

/** Everything that control can reach from the entries without leaving [start, end). */
export function findBody(image: Image, start: number, end: number, entries: readonly number[]): Body {
  const reached = new Set<number>();
  let tables: ReadonlyMap<number, readonly number[]> = new Map();
  const reach = (from: Iterable<number>): void => {
    const pending = [...from];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (at < start || at >= end || reached.has(at)) continue;
      const instruction = image.instruction(at);
      if (instruction === undefined) continue;
      reached.add(at);
      pending.push(...successors(at, instruction.flow), ...(tables.get(at) ?? []));
    }
  };
  reach([start, ...entries]);
  for (;;) {
    const body = sealBody(start, end, entries, reached, tables);
    const found = hasOpenJump(image, body) ? findJumpTables(image, body) : tables;
    if (sumOf(found) === sumOf(tables)) return body;
    tables = found;
    reach([...tables.values()].flat());
  }
}

const sumOf = (tables: ReadonlyMap<number, readonly number[]>): number =>
  [...tables.values()].reduce((sum, targets) => sum + targets.length, 0);

const hasOpenJump = (image: Image, body: Body): boolean =>
  body.addresses.some((at) => {
    const flow = image.instruction(at)?.flow;
    return flow?.k === 'jump_to' && !flow.isReturn;
  });

function sealBody(
  start: number,
  end: number,
  entries: readonly number[],
  reached: ReadonlySet<number>,
  tables: ReadonlyMap<number, readonly number[]>,
): Body {
  const sortedEntries = [...new Set([start, ...entries])].sort((a, b) => a - b);
  return { start, end, entries: sortedEntries, addresses: [...reached].sort((a, b) => a - b), tables };
}

/** Where control goes inside the same function, as far as the instruction says; calls come back. */
export function successors(at: number, flow: Flow): number[] {
  switch (flow.k) {
    case 'jump':
      return [at + flow.offset];
    case 'branch':
      return [at + flow.offset, at + 4];
    case 'jump_to':
    case 'trap':
      return [];
    default:
      return [at + 4];
  }
}
