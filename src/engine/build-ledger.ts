import type { ActionNode } from '../graph/action-graph.ts';
import type { ActionRecord } from '../model/record.ts';
import type { BuildInput } from './build-input.ts';
import { sameOutput } from './run-action.ts';
import type { ActionTrace } from './trace.ts';

/** What has become of the actions so far, and which came out as they were. */
export class BuildLedger {
  /** What the journal must learn. */
  readonly traces = new Map<string, ActionTrace>();
  readonly #input: BuildInput;
  readonly #wanted: Uint8Array;
  readonly #records = new Map<number, ActionRecord>();
  /** 1: looked at, and its outputs came out as they were. */
  readonly #unchanged: Uint8Array;

  constructor(input: BuildInput, wanted: Uint8Array) {
    this.#input = input;
    this.#wanted = wanted;
    this.#unchanged = new Uint8Array(input.table.size);
  }

  at(index: number): ActionRecord | undefined {
    return this.#records.get(index);
  }

  enter(node: ActionNode, index: number, record: ActionRecord, trace: ActionTrace | undefined): void {
    if (trace) this.traces.set(node.id, trace);
    this.#records.set(index, record);
    if (record.status === 'succeeded' && this.#cameOutSame(node, index, record)) this.#unchanged[index] = 1;
  }

  /** Nothing that it reads differs from what its trace was made of. */
  isSteady(index: number): boolean {
    const { table, steady } = this.#input;
    return (
      index < table.size &&
      steady(index) &&
      table.deps(index).every((d) => this.#wanted[d] !== 1 || this.#unchanged[d] === 1)
    );
  }

  #cameOutSame(node: ActionNode, index: number, { outputs }: ActionRecord): boolean {
    if (index >= this.#input.table.size) return false;
    const before = this.#input.traces.at(index, node.id)?.result.outputs;
    return before?.length === outputs.length && outputs.every((output, i) => sameOutput(output, before[i]));
  }
}
