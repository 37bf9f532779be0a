import type { ActionTable } from '../graph/action-table.ts';
import type { ActionRecord } from '../model/record.ts';

/** An action that nothing could have made shorter but itself: everything on the path waited for the one before. */
export interface CriticalAction {
  readonly id: string;
  readonly wall_ms: number;
}

/** The longest chain of actions that ran, in the order in which they did. An instance of a template stands for its template. */
export function criticalPath(
  table: ActionTable,
  wanted: Uint8Array,
  records: readonly ActionRecord[],
): CriticalAction[] {
  const ran = longestByNode(records);
  if (ran.size < 2) return [...ran.values()];
  const length = new Float64Array(table.size);
  const before = new Int32Array(table.size).fill(-1);
  let last = -1;
  for (let i = 0; i < table.size; i++) {
    // What was not looked at did not run, and need not be unfolded for this.
    if (wanted[i] !== 1) continue;
    for (const dep of table.deps(i)) {
      if ((length[dep] ?? 0) <= (length[i] ?? 0)) continue;
      length[i] = length[dep] ?? 0;
      before[i] = dep;
    }
    length[i] = (length[i] ?? 0) + (ran.get(table.node(i).id)?.wall_ms ?? 0);
    if ((length[i] ?? 0) > (length[last] ?? 0)) last = i;
  }
  const path: CriticalAction[] = [];
  for (let at = last; at >= 0; at = before[at] ?? -1) {
    const action = ran.get(table.node(at).id);
    if (action) path.push(action);
  }
  return path.reverse();
}

/** Where nothing ran: the longest chain of what came from caches, by how long each had taken where it was made. */
export function savedPath(
  table: ActionTable,
  wanted: Uint8Array,
  records: readonly ActionRecord[],
  madeIn: (id: string) => number | undefined,
): CriticalAction[] {
  if (records.some(({ wallMs }) => wallMs !== undefined)) return [];
  const made = records.flatMap((record) => {
    const isHit = record.source === 'local' || record.source === 'remote';
    const wallMs = isHit ? madeIn(record.id) : undefined;
    return wallMs === undefined ? [] : [{ ...record, wallMs }];
  });
  return criticalPath(table, wanted, made);
}

function longestByNode(records: readonly ActionRecord[]): Map<string, CriticalAction> {
  const ran = new Map<string, CriticalAction>();
  for (const { id, wallMs } of records) {
    if (wallMs === undefined) continue;
    const node = id.replace(/\[.*$/s, '');
    if (wallMs >= (ran.get(node)?.wall_ms ?? 0)) ran.set(node, { id, wall_ms: round(wallMs) });
  }
  return ran;
}

const round = (ms: number): number => Math.round(ms * 10) / 10;
