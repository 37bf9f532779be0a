import type { NameEntry } from '../../../rules/shared/name-map/entry.ts';
import { findPlaces } from '../../../rules/shared/name-map/find-places.ts';
import { isRecord } from '../../../rules/shared/name-map/json-values.ts';
import { findMisplaced, type Misplaced } from '../../../rules/shared/name-map/misplaced.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { readNames } from './name-files.ts';

export interface BoundaryDoubt extends Misplaced {
  /** `file:line:column`, where one of the maps speaks of it. */
  readonly place?: string;
}

/** Boundaries and jump tables that cannot be followed: those of any program, and those of the one that was analysed. */
export function boundaryDoubts(
  files: readonly string[],
  entries: readonly NameEntry[],
  analysis: string | undefined,
): Result<readonly BoundaryDoubt[], string> {
  const known = analysis === undefined ? ok([]) : unheededOf(analysis);
  if (!known.ok) return known;
  const doubts = new Map<string, Misplaced>();
  for (const doubt of [...known.value, ...findMisplaced(entries)]) {
    const key = `${doubt.address} ${doubt.found}`;
    if (!doubts.has(key)) doubts.set(key, doubt);
  }
  const list = [...doubts.values()];
  const wanted = new Set(list.map(({ address }) => Number(address)));
  const places = new Map<number, string>();
  for (const file of wanted.size > 0 ? files : []) {
    const text = readNames(file);
    for (const [address, place] of text.ok ? findPlaces(text.value, wanted) : [])
      if (!places.has(address)) places.set(address, `${file}:${place}`);
  }
  return ok(
    list.map((doubt) => {
      const place = places.get(Number(doubt.address));
      return place === undefined ? doubt : { ...doubt, place };
    }),
  );
}

export const doubtLine = ({ place, address, said, found }: BoundaryDoubt): string =>
  `${place === undefined ? '' : `${place}: `}${address}: it says that ${said}, but ${found}`;

/** What an analysis of the program could not follow. */
function unheededOf(path: string): Result<readonly Misplaced[], string> {
  const text = readNames(path);
  if (!text.ok) return text;
  let value: unknown;
  try {
    value = JSON.parse(text.value);
  } catch {
    return err(`${path}: not JSON`);
  }
  const list = isRecord(value) ? value['unheeded'] : undefined;
  if (!Array.isArray(list))
    return err(`${path}: no analysis.json of this recomp: build the analysis target again`);
  return ok(
    list.flatMap((item: unknown): Misplaced[] => {
      if (!isRecord(item)) return [];
      const { address, said, found } = item;
      return typeof address === 'string' && typeof said === 'string' && typeof found === 'string'
        ? [{ address, said, found }]
        : [];
    }),
  );
}
