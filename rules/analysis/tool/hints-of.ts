import type { Hints } from '../../recompiler/analyse/hints.ts';
import type { NameEntry } from '../../shared/name-map/entry.ts';

/**
 * What of a name map moves code. A name is left out on purpose: as long as the same addresses are named, what was
 * found and lifted stays as it is.
 */
export function hintsOf(entries: readonly NameEntry[]): Hints {
  const isNamed = ({ create, kind, name }: NameEntry): boolean =>
    create === undefined && kind === undefined && name !== undefined;
  const isStart = ({ create, kind, name }: NameEntry): boolean =>
    create ?? (kind === 'function' && name !== undefined);
  const tables = entries.flatMap((e): [number, readonly number[]][] => {
    if (e.jump_table === undefined) return [];
    const { targets, default: other } = e.jump_table;
    return [[e.address, inOrder(other === undefined ? targets : [...targets, other])]];
  });
  return {
    starts: inOrder(entries.filter(isStart).map((e) => e.address)),
    named: inOrder(entries.filter(isNamed).map((e) => e.address)),
    noStarts: inOrder(entries.filter((e) => e.create === false).map((e) => e.address)),
    entries: [],
    tables: new Map(tables.sort(([a], [b]) => a - b)),
    sizes: new Map(
      entries
        .flatMap((e): [number, number][] =>
          e.size && (isStart(e) || isNamed(e)) ? [[e.address, e.size]] : [],
        )
        .sort(([a], [b]) => a - b),
    ),
  };
}

const inOrder = (addresses: Iterable<number>): number[] => [...new Set(addresses)].sort((a, b) => a - b);
