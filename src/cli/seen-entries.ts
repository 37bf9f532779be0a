import type { NodeFileFacts } from '../engine/file-facts.ts';
import { outputName } from '../engine/output-place.ts';
import { outputThere } from '../engine/outputs-in-place.ts';
import type { TraceSource } from '../engine/trace.ts';
import type { ActionNode } from '../graph/action-graph.ts';
import type { ActionTable } from '../graph/action-table.ts';
import type { SeenEntry, Signature } from '../journal/seen-entry.ts';
import { type SeenTable, storedSignature } from '../journal/seen-table.ts';
import type { OutputResult } from '../model/result.ts';
import { treeEntries } from './tree-entries.ts';

export interface SeenSource {
  readonly root: string;
  readonly table: ActionTable;
  /** After the build. */
  readonly traces: TraceSource;
  readonly facts: NodeFileFacts;
  /** Whose outputs may be elsewhere: then it counts that nothing lies at their place. */
  readonly leaves?: ((id: string) => boolean) | undefined;
  /** What this build did not look at again keeps the signature that still held. */
  readonly held: ReadonlyMap<string, Signature>;
  /** What these made does not count. */
  readonly unfinished: ReadonlySet<number>;
}

/** Everything a finished build stands on, and which action each path has to do with. */
export function seenEntries(source: SeenSource, load: readonly SeenEntry[]): SeenEntry[] {
  const found = new Map<string, { readonly entry: SeenEntry; readonly users: number[] }>();
  const add = (entry: SeenEntry, user: number): void => {
    const known = found.get(entry.path);
    if (known) known.users.push(user);
    else
      found.set(entry.path, {
        entry: entry.type === 'file' ? withSignature(source, entry) : entry,
        users: [user],
      });
  };
  for (let i = 0; i < source.table.size; i++) {
    const node = source.table.node(i);
    for (const entry of inputEntries(node)) add(entry, i);
    if (source.unfinished.has(i)) continue;
    const mayBeAway = source.leaves?.(node.id) === true;
    for (const output of outputsOf(node, i, source.traces))
      for (const entry of outputEntries(source.root, output, mayBeAway)) add(entry, i);
  }
  const files = [...found.values()].map(({ entry, users }) => ({ ...entry, users }));
  return [...load.filter((entry) => !(entry.type === 'is-file' && found.has(entry.path))), ...files];
}

/** What is not known well enough to be trusted will be looked at next time. */
function withSignature({ root, facts, held }: SeenSource, entry: SeenEntry): SeenEntry {
  const absolute = entry.path.startsWith('/') ? entry.path : `${root}/${entry.path}`;
  const signature = facts.signature(absolute) ?? held.get(absolute);
  return signature ? { ...entry, signature } : { ...entry, doubtful: true };
}

/** What an action reads that no other one makes. */
export function inputEntries({ decl }: ActionNode): SeenEntry[] {
  return decl.inputs.flatMap((input): SeenEntry[] => {
    if (input.kind === 'source') return [{ path: input.path, kind: 'source', type: 'file' }];
    return input.kind === 'external' || input.kind === 'tool'
      ? [{ path: input.from, kind: 'source', type: 'file' }]
      : [];
  });
}

/** Of a template: those of all its instances. */
export function outputsOf(node: ActionNode, index: number, traces: TraceSource): readonly OutputResult[] {
  const trace = traces.at(index, node.id);
  if (!node.decl.each) return trace?.result.outputs ?? [];
  return (trace?.items ?? []).flatMap((item) => traces.byId(`${node.id}[${item}]`)?.result.outputs ?? []);
}

function outputEntries(root: string, output: OutputResult, mayBeAway: boolean): SeenEntry[] {
  const path = outputName(output);
  if (mayBeAway && !outputThere(root, output)) return [{ path, kind: 'output', type: 'missing' }];
  return output.kind === 'tree' ? treeEntries(root, output) : [{ path, kind: 'output', type: 'file' }];
}

/** What was compared a moment ago and had not changed, by absolute path. */
export function heldSignatures(
  root: string,
  table: SeenTable,
  changed: readonly number[],
): Map<string, Signature> {
  const gone = new Set(changed);
  const held = new Map<string, Signature>();
  table.paths.forEach((path, i) => {
    const signature = gone.has(i) ? undefined : storedSignature(table, i);
    if (signature) held.set(path.startsWith('/') ? path : `${root}/${path}`, signature);
  });
  return held;
}

/** The same for a few paths, which are searched for; where it is more than a few, they are put in order first. */
export function heldSignature(
  root: string,
  table: SeenTable,
  changed: readonly number[],
): (path: string) => Signature | undefined {
  const gone = new Set(changed);
  let asked = 0;
  let places: ReadonlyMap<string, number> | undefined;
  const placeOf = (name: string): number => {
    if (asked++ < SEARCHES) return table.paths.indexOf(name);
    places ??= new Map(table.paths.map((path, i) => [path, i]));
    return places.get(name) ?? -1;
  };
  return (path) => {
    const index = placeOf(path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path);
    return index < 0 || gone.has(index) ? undefined : storedSignature(table, index);
  };
}

const SEARCHES = 30;
