import { ReadyHeap } from './ready-heap.ts';

/**
 * Which actions may start, in what order, and what a failure takes with it. Knows no processes and no files.
 *
 *   waiting ──▶ ready ──▶ running ──▶ done
 *      │                     ├──────▶ failed
 *      └──▶ skipped          └──────▶ growing ──▶ done | failed     (templates: until all instances have ended)
 */
export type NodeState = 'waiting' | 'ready' | 'running' | 'growing' | 'done' | 'failed' | 'skipped';

interface Node {
  readonly dependents: number[];
  /** Dependencies (or, when growing, instances) that have not ended. */
  pending: number;
  state: NodeState;
  priority: number;
  /** The template that an instance belongs to. */
  readonly template: number | undefined;
  instanceFailed: boolean;
}

export interface PlanInput {
  /** Nodes are numbered from 0, dependencies before dependants; what grows later follows. */
  readonly size: number;
  readonly deps: (index: number) => readonly number[];
  /** Expected cost, for "longest path first"; any unit. */
  readonly weight: (index: number) => number;
  /** Only these are planned; what they depend on must be among them or counts as done. */
  readonly wanted: (index: number) => boolean;
}

export class Plan {
  readonly #nodes = new Map<number, Node>();
  readonly #ready = new ReadyHeap((i) => this.#node(i).priority);
  #nextIndex: number;
  #unfinished = 0;

  constructor(input: PlanInput) {
    this.#nextIndex = input.size;
    for (let index = 0; index < input.size; index++)
      if (input.wanted(index)) this.#plant(index, input.deps(index));
    this.#rank(input.weight);
    for (const [index, node] of this.#nodes) if (node.pending === 0) this.#set(index, 'ready');
  }

  #plant(index: number, deps: readonly number[]): void {
    const node = this.#add(index, 0, undefined);
    for (const dep of deps) {
      const from = this.#nodes.get(dep);
      if (!from) continue;
      from.dependents.push(index);
      node.pending++;
    }
  }

  get finished(): boolean {
    return this.#unfinished === 0;
  }

  get readyCount(): number {
    return this.#ready.size;
  }

  get unfinished(): number {
    return this.#unfinished;
  }

  state(index: number): NodeState | undefined {
    return this.#nodes.get(index)?.state;
  }

  /** The most urgent action that can start now; it counts as running from here on. */
  take(): number | undefined {
    const index = this.#ready.pop();
    if (index !== undefined) this.#set(index, 'running');
    return index;
  }

  succeed(index: number): void {
    this.#end(index, 'done');
  }

  /** Returns what will never run because of it, in index order. */
  fail(index: number): number[] {
    return this.#end(index, 'failed');
  }

  /** A template's directory is known: one new node per file, whose other dependencies have all ended. */
  grow(template: number, count: number): number[] {
    const node = this.#node(template);
    const indexes: number[] = [];
    for (let i = 0; i < count; i++) {
      const index = this.#nextIndex++;
      this.#add(index, node.priority, template);
      indexes.push(index);
    }
    node.pending = count;
    if (count === 0) this.#end(template, 'done');
    else this.#set(template, 'growing');
    for (const index of indexes) this.#set(index, 'ready');
    return indexes;
  }

  #end(index: number, state: 'done' | 'failed'): number[] {
    const node = this.#node(index);
    this.#set(index, state);
    const skipped = state === 'failed' ? this.#skipDependents(index) : [];
    if (state === 'done') for (const dependent of node.dependents) this.#release(dependent);
    if (node.template !== undefined) skipped.push(...this.#endInstance(node.template, state === 'failed'));
    return skipped.sort((a, b) => a - b);
  }

  #release(index: number): void {
    const node = this.#node(index);
    node.pending--;
    if (node.pending === 0 && node.state === 'waiting') this.#set(index, 'ready');
  }

  #endInstance(template: number, failed: boolean): number[] {
    const node = this.#node(template);
    node.pending--;
    node.instanceFailed ||= failed;
    if (node.pending > 0) return [];
    return this.#end(template, node.instanceFailed ? 'failed' : 'done');
  }

  #skipDependents(index: number): number[] {
    const skipped: number[] = [];
    const queue = [...this.#node(index).dependents];
    for (let i = 0; i < queue.length; i++) {
      const at = queue[i];
      if (at === undefined) break;
      const node = this.#node(at);
      if (node.state !== 'waiting') continue;
      this.#set(at, 'skipped');
      skipped.push(at);
      for (const dependent of node.dependents) queue.push(dependent);
    }
    return skipped;
  }

  /** Longest path to the end of the build, counted from the end. */
  #rank(weight: (index: number) => number): void {
    for (const index of [...this.#nodes.keys()].reverse()) {
      const node = this.#node(index);
      let longest = 0;
      for (const dependent of node.dependents) longest = Math.max(longest, this.#node(dependent).priority);
      node.priority = longest + weight(index);
    }
  }

  #add(index: number, priority: number, template: number | undefined): Node {
    const node: Node = {
      dependents: [],
      pending: 0,
      state: 'waiting',
      priority,
      template,
      instanceFailed: false,
    };
    this.#nodes.set(index, node);
    this.#unfinished++;
    return node;
  }

  /** The one place where a state changes. */
  #set(index: number, state: NodeState): void {
    const node = this.#node(index);
    const isOver = (s: NodeState): boolean => s === 'done' || s === 'failed' || s === 'skipped';
    if (isOver(node.state))
      throw new Error(`plan: node ${index} is already ${node.state}, cannot become ${state}`);
    node.state = state;
    if (isOver(state)) this.#unfinished--;
    if (state === 'ready') this.#ready.push(index);
  }

  #node(index: number): Node {
    const node = this.#nodes.get(index);
    if (!node) throw new Error(`plan: no node ${index}`);
    return node;
  }
}
