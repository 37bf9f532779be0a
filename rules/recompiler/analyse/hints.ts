import { err, ok, type Result } from '../../../src/base/result.ts';
import { addressesOf, addressOf, isRecord } from '../../shared/name-map/json-values.ts';

/** What people, other tools and a trace say about the code's shape: all of a name map that moves code. */
export interface Hints {
  /** Functions start here. */
  readonly starts: readonly number[];
  /** These have a name, and nobody says of what: functions start here if this is code. */
  readonly named: readonly number[];
  /** None does here, whatever it looks like. */
  readonly noStarts: readonly number[];
  /** Control was seen to arrive here. */
  readonly entries: readonly number[];
  /** Jumps by register, and where they go. */
  readonly tables: ReadonlyMap<number, readonly number[]>;
  /** How many bytes functions have, as others say it. It moves nothing: what control reaches decides. */
  readonly sizes: ReadonlyMap<number, number>;
  /** The program that a trace was made of. */
  readonly traceOf?: string;
}

export const NO_HINTS: Hints = {
  starts: [],
  named: [],
  noStarts: [],
  entries: [],
  tables: new Map(),
  sizes: new Map(),
};

export const printHints = (hints: Hints): string =>
  `${JSON.stringify({
    schema_version: 1,
    ...(hints.traceOf === undefined ? {} : { trace_of: hints.traceOf }),
    starts: hints.starts,
    named: hints.named,
    no_starts: hints.noStarts,
    entries: hints.entries,
    tables: [...hints.tables].map(([address, targets]) => ({ address, targets })),
    sizes: [...hints.sizes],
  })}\n`;

export function parseHints(text: string): Result<Hints, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err('the hints are not JSON');
  }
  if (!isRecord(value) || value['schema_version'] !== 1) return err('the hints are not of version 1');
  const [starts, named, noStarts, entries] = ['starts', 'named', 'no_starts', 'entries'].map((key) =>
    addressesOf(value[key]),
  );
  const tables = Array.isArray(value['tables']) ? value['tables'].map(readTable) : undefined;
  const good = tables?.filter((table) => table !== undefined);
  const sizes = Array.isArray(value['sizes']) ? value['sizes'].map(addressesOf) : undefined;
  const pairs = sizes?.flatMap((pair): [number, number][] => (pair ? [[pair[0] ?? 0, pair[1] ?? 0]] : []));
  if (!starts || !named || !noStarts || !entries || !good || good.length !== tables?.length)
    return err('the hints do not have the shape of hints');
  if (!pairs || pairs.length !== sizes?.length) return err('the hints do not have the shape of hints');
  const traceOf = value['trace_of'];
  return ok({
    starts,
    named,
    noStarts,
    entries,
    tables: new Map(good),
    sizes: new Map(pairs),
    ...(typeof traceOf === 'string' ? { traceOf } : {}),
  });
}

function readTable(value: unknown): readonly [number, readonly number[]] | undefined {
  if (!isRecord(value)) return undefined;
  const [address, targets] = [addressOf(value['address']), addressesOf(value['targets'])];
  return address === undefined || targets === undefined ? undefined : [address, targets];
}
