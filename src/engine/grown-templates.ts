import type { ActionNode } from '../graph/action-graph.ts';
import type { ActionDecl } from '../model/action.ts';
import { instanceNode } from './template.ts';

/** Instances of templates, which nobody knew of when the build began; their indexes follow those of the graph. */
export class GrownTemplates {
  readonly #first: number;
  readonly #nodes: ActionNode[] = [];
  /** Instances of each template, in path order. */
  readonly #instances = new Map<number, readonly number[]>();
  readonly #templateOf = new Map<number, number>();
  /** How many of a template's instances have not ended. */
  readonly #open = new Map<number, number>();

  /** `first`: the first index that none of the graph's actions has. */
  constructor(first: number) {
    this.#first = first;
  }

  get count(): number {
    return this.#nodes.length;
  }

  node(index: number): ActionNode | undefined {
    return this.#nodes[index - this.#first];
  }

  templateOf(index: number): number | undefined {
    return this.#templateOf.get(index);
  }

  has(template: number): boolean {
    return this.#instances.has(template);
  }

  instancesOf(template: number): readonly number[] {
    return this.#instances.get(template) ?? [];
  }

  add(node: ActionNode, template: number, indexes: readonly number[], decls: readonly ActionDecl[]): void {
    indexes.forEach((at, i) => {
      const decl = decls[i];
      if (decl) this.#nodes[at - this.#first] = instanceNode(node, decl);
      this.#templateOf.set(at, template);
    });
    this.#instances.set(template, indexes);
    this.#open.set(template, indexes.length);
  }

  /** Gives the template whose last open instance this was. */
  end(index: number): number | undefined {
    const template = this.#templateOf.get(index);
    if (template === undefined) return undefined;
    const open = (this.#open.get(template) ?? 1) - 1;
    this.#open.set(template, open);
    return open === 0 ? template : undefined;
  }
}
