import { makeAddressSet } from './address-set.ts';
import { type Body, successors } from './body-shape.ts';
import type { Image } from './image.ts';
import { findJumpTables } from './jump-tables.ts';

export { type Body, successors } from './body-shape.ts';

/**
 * Everything that control can reach from the entries without leaving [start, end). `told`: tables that are known beforehand;
 * `before`: the same with fewer entries, whose tables were found by what the start knows, and would be found again.
 */
export function findBody(
  image: Image,
  start: number,
  end: number,
  entries: readonly number[],
  told: ReadonlyMap<number, readonly number[]>,
  before?: Body,
): Body {
  const reach = makeReach(image, start, end);
  let tables = before?.tables ?? toldTables(image, start, end, told);
  let reached = reach([start, ...entries], tables);
  for (;;) {
    const body = sealBody(start, end, entries, reached, tables);
    if (!hasOpenJump(image, body)) return body;
    // What lies behind a table may hide where it is: found once is found.
    const found = joinTables(tables, findJumpTables(image, body));
    if (sumOf(found) === sumOf(tables)) return body;
    tables = found;
    reached = reach([...tables.values()].flat(), tables);
  }
}

/** The body of a function that somebody else has found: nothing is searched for. */
export function bodyOf(
  image: Image,
  start: number,
  end: number,
  entries: readonly number[],
  tables: ReadonlyMap<number, readonly number[]>,
): Body {
  const reached = makeReach(image, start, end)([start, ...entries], tables);
  return sealBody(start, end, entries, reached, tables);
}

type Tables = ReadonlyMap<number, readonly number[]>;

/** Adds to what it reached before; all of it, in order. */
function makeReach(image: Image, start: number, end: number) {
  const reached = makeAddressSet({ codeStart: start, codeEnd: end });
  let last = start;
  return (from: Iterable<number>, tables: Tables): readonly number[] => {
    const pending = [...from];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (at < start || at >= end || reached.has(at)) continue;
      const instruction = image.instruction(at);
      if (instruction === undefined) continue;
      reached.add(at);
      if (at > last) last = at;
      for (const next of successors(at, instruction.flow)) pending.push(next);
      const targets = tables.get(at);
      if (targets) for (const target of targets) pending.push(target);
    }
    const addresses: number[] = [];
    for (let at = start; at <= last; at += 4) if (reached.has(at)) addresses.push(at);
    return addresses;
  };
}

/** Those of this function: a jump by register, and targets within. */
function toldTables(image: Image, start: number, end: number, told: Tables): Tables {
  const own = new Map<number, readonly number[]>();
  if (told.size === 0) return own;
  for (const [at, targets] of told) {
    const flow = at >= start && at < end ? image.instruction(at)?.flow : undefined;
    const inside = targets.filter((to) => to >= start && to < end && image.isCode(to));
    if (flow?.k === 'jump_to' && !flow.isReturn && inside.length > 0) own.set(at, inside);
  }
  return own;
}

function joinTables(a: Tables, b: Tables): Tables {
  if (b.size === 0) return a;
  const joined = new Map(a);
  for (const [at, targets] of b)
    joined.set(
      at,
      [...new Set([...(a.get(at) ?? []), ...targets])].sort((x, y) => x - y),
    );
  return joined;
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
  addresses: readonly number[],
  tables: ReadonlyMap<number, readonly number[]>,
): Body {
  const sortedEntries = [...new Set([start, ...entries])].sort((a, b) => a - b);
  return { start, end, entries: sortedEntries, addresses, tables };
}
