import type { NodeFileFacts } from '../engine/file-facts.ts';
import type { ActionGraph } from '../graph/action-graph.ts';
import { type SeenEntry, type SeenTable, type Signature, storedSignature } from '../journal/seen-table.ts';
import type { ActionRecord } from '../model/record.ts';

/** Everything a finished build looked at. What this build did not look at again keeps the signature that still held. */
export function seenEntries(
  root: string,
  graph: ActionGraph,
  records: readonly ActionRecord[],
  load: readonly SeenEntry[],
  facts: NodeFileFacts,
  before: { readonly table: SeenTable; readonly changed: readonly number[] } | undefined,
): SeenEntry[] {
  const held = before ? heldSignatures(root, before.table, before.changed) : new Map<string, Signature>();
  const entries = new Map<string, SeenEntry>();
  const add = (path: string, kind: 'source' | 'output'): void => {
    if (entries.has(path)) return;
    const absolute = path.startsWith('/') ? path : `${root}/${path}`;
    const signature = facts.signature(absolute) ?? held.get(absolute);
    // Not known well enough to be trusted: it will be looked at next time.
    entries.set(path, signature ? { path, kind, type: 'file', signature } : { path, kind, type: 'file', doubtful: true });
  };
  for (const { decl } of graph.actions) {
    for (const input of decl.inputs) {
      if (input.kind === 'source') add(input.path, 'source');
      else if (input.kind === 'external' || input.kind === 'tool') add(input.from, 'source');
    }
  }
  for (const record of records) for (const output of record.outputs) addOutput(output, add, entries);
  const files = [...entries.values()];
  return [...load.filter((entry) => !(entry.type === 'is-file' && entries.has(entry.path))), ...files];
}

function addOutput(output: ActionRecord['outputs'][number], add: (path: string, kind: 'output') => void, entries: Map<string, SeenEntry>): void {
  if (output.kind === 'file') {
    add(output.path, 'output');
    return;
  }
  const folders = new Set(['', ...output.content.emptyDirs]);
  for (const { path } of [...output.content.files, ...output.content.links]) {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) folders.add(path.slice(0, slash));
  }
  for (const folder of folders) {
    const path = folder === '' ? output.path : `${output.path}/${folder}`;
    entries.set(path, { path, kind: 'output', type: 'dir' });
  }
  for (const file of output.content.files) add(`${output.path}/${file.path}`, 'output');
}

/** What was compared a moment ago and had not changed, by absolute path. */
export function heldSignatures(root: string, table: SeenTable, changed: readonly number[]): Map<string, Signature> {
  const gone = new Set(changed);
  const held = new Map<string, Signature>();
  table.paths.forEach((path, i) => {
    const signature = gone.has(i) ? undefined : storedSignature(table, i);
    if (signature) held.set(path.startsWith('/') ? path : `${root}/${path}`, signature);
  });
  return held;
}
