import { type ActionNode, actionId } from '../graph/action-graph.ts';
import type { ActionDecl } from '../model/action.ts';
import type { OutputResult } from '../model/result.ts';
import type { KnownOutputs } from './content.ts';
import { homeOf } from './output-place.ts';
import type { ActionTrace, TraceSource } from './trace.ts';

/** What this build's actions can read of each other: filled in as they come out right. */
export class OutputsSoFar implements KnownOutputs {
  readonly byPath = new Map<string, OutputResult>();
  readonly groups = new Map<string, readonly OutputResult[]>();
  /** A file's path → the folder that is an output and holds it. */
  readonly #folders = new Map<string, OutputResult>();

  learn(outputs: readonly OutputResult[]): void {
    for (const output of outputs) this.byPath.set(output.path, output);
  }

  /** What nothing has changed of since the journal was written: its outputs are there to be read. */
  adopt(node: ActionNode, trace: ActionTrace, traces: TraceSource): void {
    if (!node.decl.each) {
      this.learn(trace.result.outputs);
      return;
    }
    const outputs = (trace.items ?? []).flatMap(
      (item) => traces.byId(`${node.id}[${item}]`)?.result.outputs ?? [],
    );
    this.learn(outputs);
    this.groups.set(node.id, outputs);
  }

  /** Instances read single files of the directory. */
  openTree(tree: OutputResult & { kind: 'tree' }): void {
    for (const file of tree.content.files) {
      const path = `${tree.path}/${file.path}`;
      const { digest, executable } = file;
      this.byPath.set(path, { ...homeOf(tree), kind: 'file', path, digest, executable });
      this.#folders.set(path, tree);
    }
  }

  /** Of what an action reads, what other actions made. */
  readBy({ inputs }: ActionDecl): OutputResult[] {
    return inputs.flatMap((input) => {
      if (input.kind === 'output') return this.byPath.get(input.path) ?? [];
      return input.kind === 'group' ? (this.groups.get(actionId(input.owner, input.template)) ?? []) : [];
    });
  }

  /** The same by what is put at a place as a whole. */
  placesReadBy(decl: ActionDecl): OutputResult[] {
    return [...new Set(this.readBy(decl).map((output) => this.#folders.get(output.path) ?? output))];
  }
}
