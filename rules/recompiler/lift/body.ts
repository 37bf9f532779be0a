import { type Body, successors } from './body-shape.ts';
import type { Image } from './image.ts';
import { findJumpTables } from './jump-tables.ts';

export { type Body, successors } from './body-shape.ts';

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
