import { sorted } from '../../../src/base/order.ts';
import { err, ok, type Result } from '../../../src/base/result.ts';
import type { NameSource } from '../../shared/name-map/merge.ts';

/** The entries that are about one program. Where maps speak of several, somebody has to say which. */
export function ofProgram(
  sources: readonly NameSource[],
  program: string | undefined,
): Result<{ readonly sources: readonly NameSource[]; readonly others: number }, string> {
  const named = sorted(
    new Set(
      sources.flatMap(({ entries }) => entries.flatMap((e) => (e.program === undefined ? [] : [e.program]))),
    ),
  );
  if (program === undefined && named.length > 1)
    return err(
      `the maps name ${named.length} programs (${named.slice(0, 5).join(', ')}): set program to one of them`,
    );
  const chosen = program ?? named[0];
  let others = 0;
  const mine = sources.map(({ label, entries }) => ({
    label,
    entries: entries.flatMap(({ program: owner, ...entry }) => {
      if (owner === undefined || owner === chosen) return [entry];
      others++;
      return [];
    }),
  }));
  return ok({ sources: mine, others });
}
