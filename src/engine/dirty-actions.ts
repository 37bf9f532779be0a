import type { ActionGraph } from '../graph/action-graph.ts';
import { instanceId, instantiateOne } from './template.ts';
import type { ActionTrace } from './trace.ts';

/** Which actions have something to do with paths that are not as they were. Paths are workspace-relative, or absolute outside. */
export function dirtyActions(graph: ActionGraph, traces: ReadonlyMap<string, ActionTrace>, changed: readonly string[]): Set<number> {
  const dirty = new Set<number>();
  if (changed.length === 0) return dirty;
  const users = new Map<string, number[]>();
  const use = (path: string, index: number): void => {
    const known = users.get(path);
    if (known) known.push(index);
    else users.set(path, [index]);
  };
  graph.actions.forEach(({ id, decl }, index) => {
    for (const input of decl.inputs) {
      if (input.kind === 'source') use(input.path, index);
      else if (input.kind === 'external' || input.kind === 'tool') use(input.from, index);
    }
    if (!decl.each) for (const output of decl.outputs) use(output.path, index);
    else for (const path of instanceOutputs(id, graph, index, traces)) use(path, index);
  });
  for (const path of changed) {
    // Something inside a directory output belongs to whoever made the directory.
    for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) for (const index of users.get(at) ?? []) dirty.add(index);
  }
  return dirty;
}

function instanceOutputs(id: string, graph: ActionGraph, index: number, traces: ReadonlyMap<string, ActionTrace>): string[] {
  const decl = graph.actions[index]?.decl;
  const each = decl?.each;
  if (!decl || !each) return [];
  const label = id.slice(0, id.indexOf('%'));
  return (traces.get(id)?.items ?? []).flatMap((item) => {
    const known = traces.get(`${label}%${instanceId(decl.id, item)}`);
    return (known?.result.outputs ?? instantiateOne(decl, each.over, item).outputs).map((o) => o.path);
  });
}
