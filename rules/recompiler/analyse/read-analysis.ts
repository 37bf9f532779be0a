import { err, ok, type Result } from '../../../src/base/result.ts';
import { addressesOf, addressOf, isRecord } from '../../shared/name-map/json-values.ts';
import { bodyOf } from '../lift/body.ts';
import type { Discovery } from '../lift/discover.ts';
import type { Image } from '../lift/image.ts';

/** The functions of an analysis, or of a region of one, to be lifted as they are. They must be of this program, in order and apart. */
export function readDiscovery(image: Image, text: string): Result<Discovery, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err('the analysis is not JSON');
  }
  if (!isRecord(value) || value['schema_version'] !== 1) return err('the analysis is not of version 1');
  const { module, functions, jump_tables: jumpTables, starts } = value;
  if (!isRecord(module) || module['input_sha256'] !== image.module.input_sha256)
    return err('the analysis is of another program');
  const tables = readTables(jumpTables);
  const extents = readExtents(image, functions);
  const others = addressesOf(starts ?? []);
  if (tables === undefined || extents === undefined || others === undefined)
    return err('the analysis names functions or tables that this program cannot have');
  const bodies = extents.map(({ start, end, entries }) =>
    bodyOf(image, start, end, entries, within(tables, start, end)),
  );
  return ok({ functions: bodies, starts: new Set([...extents.map((e) => e.start), ...others]) });
}

type Tables = readonly (readonly [number, readonly number[]])[];

interface Extent {
  readonly start: number;
  readonly end: number;
  readonly entries: readonly number[];
}

function readTables(value: unknown): Tables | undefined {
  if (!Array.isArray(value)) return undefined;
  const tables = value.flatMap((item): [number, readonly number[]][] => {
    const address = isRecord(item) ? addressOf(item['address']) : undefined;
    const targets = isRecord(item) ? addressesOf(item['targets']) : undefined;
    return address === undefined || targets === undefined ? [] : [[address, targets]];
  });
  return tables.length === value.length ? tables.sort(([a], [b]) => a - b) : undefined;
}

/** Tables are sorted: a search instead of a look at all of them for each function. */
function within(tables: Tables, start: number, end: number): ReadonlyMap<number, readonly number[]> {
  const own = new Map<number, readonly number[]>();
  for (let i = firstFrom(tables, start); (tables[i]?.[0] ?? Infinity) < end; i++) {
    const [at, targets] = tables[i] ?? [0, []];
    if (targets.every((to) => to >= start && to < end)) own.set(at, targets);
  }
  return own;
}

function firstFrom(tables: Tables, start: number): number {
  let low = 0;
  let high = tables.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tables[middle]?.[0] ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

function readExtents(image: Image, value: unknown): readonly Extent[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const extents: Extent[] = [];
  let last = 0;
  for (const item of value) {
    if (!isRecord(item)) return undefined;
    const [start, end] = [addressOf(item['address']), addressOf(item['end'])];
    const entries = addressesOf(item['entries'] ?? []);
    if (start === undefined || end === undefined || entries === undefined) return undefined;
    const isPlace = (at: number): boolean => at >= start && at < end && image.isCode(at);
    if (start < last || end > image.codeEnd || ![start, ...entries].every(isPlace)) return undefined;
    extents.push({ start, end, entries });
    last = end;
  }
  return extents;
}
