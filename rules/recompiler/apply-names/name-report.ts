import { err, ok, type Result } from '../../../src/base/result.ts';
import type { NameEntry } from '../../shared/name-map/entry.ts';
import { isRecord } from '../../shared/name-map/json-values.ts';

/** The lift’s report, as far as names have a place in it; the rest is kept as it is. */
export interface NamedReport {
  readonly whole: Readonly<Record<string, unknown>>;
  readonly listing: readonly ListedName[];
  readonly firstFunction: number;
}

interface ListedName {
  readonly address: number;
  readonly name: string | undefined;
  readonly rest: Readonly<Record<string, unknown>>;
}

export function readReport(text: string): Result<NamedReport, string> {
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch {
    return err('lift-report.json is not JSON');
  }
  if (!isRecord(whole) || !Array.isArray(whole['listing'])) return err('lift-report.json lists no functions');
  const firstFunction = whole['wasm_first_function'];
  if (typeof firstFunction !== 'number') return err('lift-report.json says nothing of program.wasm');
  const listing = whole['listing'].filter(isRecord).map((item) => {
    const { address, name, ...rest } = item;
    return { address: Number(address), name: typeof name === 'string' ? name : undefined, rest };
  });
  return ok({ whole, listing, firstFunction });
}

export function nameReport(report: NamedReport, names: ReadonlyMap<number, NameEntry>): NamedReport {
  const listing = report.listing.map((item) => ({
    ...item,
    name: names.get(item.address)?.name ?? item.name,
  }));
  const nameAt = new Map(listing.map(({ address, name }) => [address, name]));
  const { functions, traps } = report.whole;
  const whole = {
    ...report.whole,
    ...(isRecord(functions) && {
      functions: { ...functions, named: listing.filter((item) => item.name !== undefined).length },
    }),
    listing: listing.map(({ address, name, rest }) => ({
      address: `0x${address.toString(16)}`,
      ...(name === undefined ? {} : { name }),
      ...rest,
    })),
    traps: Array.isArray(traps) ? traps.map((trap) => nameTrap(trap, nameAt)) : [],
  };
  return { whole, listing, firstFunction: report.firstFunction };
}

function nameTrap(trap: unknown, nameAt: ReadonlyMap<number, string | undefined>): unknown {
  const name = isRecord(trap) ? nameAt.get(Number(trap['function'])) : undefined;
  return isRecord(trap) && name !== undefined ? { ...trap, name } : trap;
}
