import type { NodeFileFacts } from '../engine/file-facts.ts';
import { outputName } from '../engine/output-place.ts';
import { withSignatures } from '../journal/renew-seen.ts';
import type { Signature } from '../journal/seen-entry.ts';
import type { SeenTable } from '../journal/seen-table.ts';
import type { ActionRecord } from '../model/record.ts';

/**
 * The table after an edit that left the list of paths as it was: new rows for what changed and for what was made again. Undefined:
 * the list may have changed, and the table has to be made anew.
 */
export function refreshSeen(
  root: string,
  before: { readonly table: SeenTable; readonly changed: readonly number[] },
  header: unknown,
  records: readonly ActionRecord[],
  facts: NodeFileFacts,
): SeenTable | undefined {
  const { table, changed } = before;
  const outputs = records.flatMap((record) => record.outputs);
  if (outputs.some((output) => output.kind === 'tree')) return undefined;
  const rows = new Map<number, Signature | undefined>();
  const look = (index: number, path: string): void => {
    rows.set(index, facts.signature(path.startsWith('/') ? path : `${root}/${path}`));
  };
  for (const index of changed) look(index, table.paths[index] ?? '');
  const indexOf = positions(table.paths, outputs.length);
  for (const path of outputs.map(outputName)) {
    const index = indexOf(path);
    if (index === undefined) return undefined;
    // Not looked at in this build: nothing has changed there either.
    if (facts.signature(path.startsWith('/') ? path : `${root}/${path}`)) look(index, path);
  }
  return withSignatures(table, header, rows);
}

/** A few are found by a search, many by a map. */
function positions(paths: readonly string[], wanted: number): (path: string) => number | undefined {
  if (wanted > 50) {
    const byPath = new Map(paths.map((path, i) => [path, i]));
    return (path) => byPath.get(path);
  }
  return (path) => {
    const index = paths.indexOf(path);
    return index < 0 ? undefined : index;
  };
}
