import { DirectedGraph } from 'graphology';
import { topologicalSort } from 'graphology-dag';
import { compareCodePoints, sorted } from '../base/order.ts';
import type { Label } from '../model/label.ts';
import type { KeyPath, ResolvedTarget } from '../model/target.ts';

/** One use of a label in an attribute, with its place for messages. */
export interface LabelUse {
  readonly from: ResolvedTarget;
  readonly to: Label;
  readonly at: KeyPath;
}

/** What is wrong with the edges; the caller adds positions. */
export type GraphFault =
  | { readonly kind: 'no-such-target'; readonly use: LabelUse; readonly near: readonly Label[] }
  | { readonly kind: 'not-visible'; readonly use: LabelUse; readonly visibility: readonly string[] }
  | { readonly kind: 'cycle'; readonly uses: readonly LabelUse[] };

export interface TargetGraph {
  /** Dependencies before dependants; ties in label order. Between targets that depend on each other in a circle, any. */
  readonly order: readonly ResolvedTarget[];
  readonly faults: readonly GraphFault[];
}

/** Every label a target's attributes name, with its place. */
export function labelUses(target: ResolvedTarget): LabelUse[] {
  const uses: LabelUse[] = [];
  for (const [attribute, labels] of Object.entries(target.labels)) {
    const isList = Array.isArray(target.attributes[attribute]);
    labels.forEach((to, i) => {
      uses.push({ from: target, to, at: isList ? [...target.at, attribute, i] : [...target.at, attribute] });
    });
  }
  return uses;
}

export function buildTargetGraph(
  targets: readonly ResolvedTarget[],
  mayUse: (user: ResolvedTarget, used: ResolvedTarget) => boolean,
): TargetGraph {
  const byLabel = new Map(targets.map((t) => [t.label, t]));
  const graph = new DirectedGraph<{ target: ResolvedTarget }, { use: LabelUse }>({ multi: false });
  const ordered = [...targets].sort((a, b) => compareCodePoints(a.label, b.label));
  for (const target of ordered) graph.addNode(target.label, { target });
  const faults: GraphFault[] = [];
  for (const target of ordered) {
    for (const use of labelUses(target)) {
      const used = byLabel.get(use.to);
      if (!used) faults.push({ kind: 'no-such-target', use, near: [] });
      else if (!mayUse(target, used)) faults.push({ kind: 'not-visible', use, visibility: used.visibility });
      // A self-edge is a cycle of one; graphology-dag takes it as one too.
      if (used && !graph.hasEdge(use.to, target.label)) graph.addEdge(use.to, target.label, { use });
    }
  }
  const found = knots(graph);
  faults.push(...cyclesOf(graph, found));
  for (const knot of found) untie(graph, knot);
  const order = topologicalSort(graph).map((label) => graph.getNodeAttribute(label, 'target'));
  return { order, faults };
}

/** What lies behind a circle is still looked at, so that its mistakes are told in the same go. */
function untie(graph: DirectedGraph, knot: readonly string[]): void {
  const members = new Set(knot);
  for (const label of knot)
    for (const user of graph.outNeighbors(label)) if (members.has(user)) graph.dropEdge(label, user);
}

/** One shortest cycle per strongly connected knot, so that each is reported once, by its path. */
function cyclesOf(
  graph: DirectedGraph<{ target: ResolvedTarget }, { use: LabelUse }>,
  found: readonly (readonly string[])[],
): GraphFault[] {
  const faults: GraphFault[] = [];
  for (const knot of found) {
    const members = new Set(knot);
    const start = sorted(knot)[0];
    if (start === undefined) continue;
    const path = shortestWayBack(graph, start, members);
    const uses = path.map((label, i) => {
      const next = path[(i + 1) % path.length] ?? label;
      // Edges point from the used to the user; the path follows "depends on".
      return graph.getEdgeAttribute(next, label, 'use');
    });
    faults.push({ kind: 'cycle', uses });
  }
  return faults;
}

/** From `start` along dependencies back to `start`, breadth first, inside one knot. */
function shortestWayBack(graph: DirectedGraph, start: string, members: ReadonlySet<string>): string[] {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (let i = 0; i < queue.length; i++) {
    const label = queue[i] ?? start;
    for (const dep of sorted(graph.inNeighbors(label)).filter((d) => members.has(d))) {
      if (dep === start) return trail(cameFrom, start, label);
      if (!cameFrom.has(dep)) {
        cameFrom.set(dep, label);
        queue.push(dep);
      }
    }
  }
  return [start];
}

function trail(cameFrom: ReadonlyMap<string, string>, start: string, end: string): string[] {
  const path = [end];
  for (let at = end; at !== start; ) {
    at = cameFrom.get(at) ?? start;
    path.push(at);
  }
  return path.reverse();
}

/** Strongly connected components with a cycle in them (Tarjan, without recursion: graphs are deep). */
function knots(graph: DirectedGraph): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const onStack = new Set<string>();
  const stack: string[] = [];
  const found: string[][] = [];
  for (const root of graph.nodes()) {
    if (index.has(root)) continue;
    const frames = [{ node: root, next: graph.outNeighbors(root), at: 0 }];
    enter(root);
    while (frames.length > 0) {
      const frame = frames[frames.length - 1];
      if (!frame) break;
      const child = frame.next[frame.at++];
      if (child === undefined) {
        frames.pop();
        leave(frame.node, frames[frames.length - 1]?.node);
      } else if (!index.has(child)) {
        enter(child);
        frames.push({ node: child, next: graph.outNeighbors(child), at: 0 });
      } else if (onStack.has(child)) {
        low.set(frame.node, Math.min(low.get(frame.node) ?? 0, index.get(child) ?? 0));
      }
    }
  }
  return found;

  function enter(node: string): void {
    index.set(node, index.size);
    low.set(node, index.get(node) ?? 0);
    stack.push(node);
    onStack.add(node);
  }

  function leave(node: string, parent: string | undefined): void {
    const mine = low.get(node) ?? 0;
    if (parent !== undefined) low.set(parent, Math.min(low.get(parent) ?? 0, mine));
    if (mine !== index.get(node)) return;
    const members: string[] = [];
    for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
      onStack.delete(member);
      members.push(member);
      if (member === node) break;
    }
    if (members.length > 1 || graph.hasEdge(node, node)) found.push(members);
  }
}
