import type { Sha256 } from '../model/digest.ts';
import type { ActionResult } from '../model/result.ts';

/** What the journal keeps of an action: its key when it was last right, and what came out. */
export interface ActionTrace {
  readonly key: Sha256;
  readonly result: ActionResult;
  /** A template's files when it was last planned. */
  readonly items?: readonly string[];
  /** The keys of its instances, in the order of `items`, when all of them were right. */
  readonly keys?: readonly (Sha256 | undefined)[];
}

/** Where traces come from: the journal, or the table stored beside a request's graph. */
export interface TraceSource {
  /** Of an action of the graph. */
  at(index: number, id: string): ActionTrace | undefined;
  /** Of an instance of a template. */
  byId(id: string): ActionTrace | undefined;
}

export const journalTraces = (journal: {
  readonly entries: ReadonlyMap<string, ActionTrace>;
}): TraceSource => ({
  at: (_index, id) => journal.entries.get(id),
  byId: (id) => journal.entries.get(id),
});

/** The journal's frames are checksummed, so a shape check is enough to tell another version's entries. */
export function parseTrace(value: unknown): ActionTrace | undefined {
  return isTrace(value) ? value : undefined;
}

function isTrace(value: unknown): value is ActionTrace {
  if (typeof value !== 'object' || value === null || !('key' in value) || !('result' in value)) return false;
  const { key, result } = value;
  if (typeof key !== 'string' || typeof result !== 'object' || result === null) return false;
  return 'outputs' in result && Array.isArray(result.outputs) && 'isolation' in result;
}
