import { describeKey, type KeyField } from '../fingerprint/describe-key.ts';
import { firstDifference, type KeyChange } from '../fingerprint/first-difference.ts';
import type { ActionNode } from '../graph/action-graph.ts';
import type { ActionTable } from '../graph/action-table.ts';
import type { Sha256 } from '../model/digest.ts';
import type { ActionFailure } from '../model/failure.ts';
import type { ActionResult, OutputResult } from '../model/result.ts';
import { isolationAsked } from './isolation-asked.ts';
import { outputsInPlace } from './outputs-in-place.ts';
import { prepareAction } from './prepare-action.ts';
import type { EngineServices } from './services.ts';
import { instantiate } from './template.ts';
import type { ActionTrace, TraceSource } from './trace.ts';

/** What a build would do with an action, and why. */
export type Verdict =
  | { readonly kind: 'up-to-date' }
  /** Its outputs would be fetched: they are not in place, or the action is as some earlier build had it. */
  | { readonly kind: 'restore'; readonly from: 'local' | 'remote'; readonly cause: Cause }
  | { readonly kind: 'run'; readonly cause: Cause }
  /** What it reads is not known before others have run: their outputs may come out as they were. */
  | { readonly kind: 'depends'; readonly on: readonly string[] }
  | { readonly kind: 'blocked'; readonly failure: ActionFailure };

export type Cause =
  | { readonly kind: 'never-built' }
  | { readonly kind: 'changed'; readonly changes: readonly KeyChange[] }
  | { readonly kind: 'key-changed' }
  | { readonly kind: 'outputs'; readonly paths: readonly string[] }
  | { readonly kind: 'isolation' }
  | { readonly kind: 'forced' };

export interface Prediction {
  readonly node: ActionNode;
  readonly verdict: Verdict;
  /** Where all inputs are known. */
  readonly key?: {
    readonly key: Sha256;
    readonly parts: { readonly inputs: Sha256; readonly command: Sha256; readonly tools: Sha256 };
    readonly fields: () => KeyField[];
  };
}

export interface PredictInput {
  readonly table: ActionTable;
  readonly traces: TraceSource;
  /** The actions asked about, with all they depend on. */
  readonly wanted: (index: number) => boolean;
  readonly force: boolean;
}

/** Plays a build through without running or writing anything, dependencies first. */
export async function predict(input: PredictInput, services: EngineServices): Promise<Prediction[]> {
  const player = new Player(input, services);
  const predictions: Prediction[] = [];
  for (let i = 0; i < input.table.size; i++) if (input.wanted(i)) predictions.push(...(await player.play(i)));
  return predictions;
}

class Player {
  readonly #input: PredictInput;
  readonly #services: EngineServices;
  readonly #outputs = {
    byPath: new Map<string, OutputResult>(),
    groups: new Map<string, readonly OutputResult[]>(),
  };
  /** By index: the ids of actions that would have to run before this one's outputs are known. */
  readonly #open = new Map<number, readonly string[]>();

  constructor(input: PredictInput, services: EngineServices) {
    this.#input = input;
    this.#services = services;
  }

  async play(index: number): Promise<Prediction[]> {
    const node = this.#input.table.node(index);
    const on = [...new Set(this.#input.table.deps(index).flatMap((d) => this.#open.get(d) ?? []))];
    if (on.length > 0) {
      this.#open.set(index, on);
      return [{ node, verdict: { kind: 'depends', on } }];
    }
    const predictions = node.decl.each
      ? await this.#template(node)
      : [await this.#action(node, this.#input.traces.at(index, node.id))];
    const open = predictions.flatMap(({ node: { id }, verdict }) =>
      verdict.kind === 'run' || verdict.kind === 'blocked' ? [id] : [],
    );
    if (open.length > 0) this.#open.set(index, open);
    return predictions;
  }

  async #template(node: ActionNode): Promise<Prediction[]> {
    const over = this.#outputs.byPath.get(node.decl.each?.over ?? '');
    if (over?.kind !== 'tree') return [];
    for (const { path, digest, executable } of over.content.files) {
      this.#outputs.byPath.set(`${over.path}/${path}`, {
        kind: 'file',
        path: `${over.path}/${path}`,
        digest,
        executable,
      });
    }
    const predictions: Prediction[] = [];
    const outputs: OutputResult[] = [];
    const label = node.id.slice(0, node.id.indexOf('%'));
    for (const { decl } of instantiate(node.decl, over.content, this.#services.matches)) {
      const id = `${label}%${decl.id}`;
      predictions.push(await this.#action({ ...node, id, decl }, this.#input.traces.byId(id)));
      outputs.push(...decl.outputs.flatMap((o) => this.#outputs.byPath.get(o.path) ?? []));
    }
    this.#outputs.groups.set(node.id, outputs);
    return predictions;
  }

  async #action(node: ActionNode, trace: ActionTrace | undefined): Promise<Prediction> {
    const prepared = prepareAction(node.decl, this.#services, this.#outputs);
    if ('failure' in prepared) return { node, verdict: { kind: 'blocked', failure: prepared.failure } };
    const { key, parts } = prepared.key;
    const fields = (): KeyField[] => describeKey(prepared.action);
    const verdict = await this.#verdict(node, trace, key, prepared.action.doNotCache, fields);
    return { node, verdict, key: { key, parts, fields } };
  }

  async #verdict(
    node: ActionNode,
    trace: ActionTrace | undefined,
    key: Sha256,
    doNotCache: boolean,
    fields: () => KeyField[],
  ): Promise<Verdict> {
    if (this.#input.force) return { kind: 'run', cause: { kind: 'forced' } };
    const { facts, root } = this.#services;
    const isolation = isolationAsked(node.decl, this.#services);
    const cause = this.#cause(node, trace, key, fields);
    if (cause === undefined && trace && trace.result.isolation >= isolation) {
      if (trace.result.outputs.every((output) => outputsInPlace(root, output, facts))) {
        this.#learn(trace.result);
        return { kind: 'up-to-date' };
      }
    }
    const found = doNotCache ? undefined : await this.#services.results.lookup(key);
    const why = cause ?? this.#outputCause(trace);
    if (!found || found.result.isolation < isolation) return { kind: 'run', cause: why };
    this.#learn(found.result);
    return { kind: 'restore', from: found.source, cause: why };
  }

  /** Undefined: the key is that of the last success. */
  #cause(
    node: ActionNode,
    trace: ActionTrace | undefined,
    key: Sha256,
    fields: () => KeyField[],
  ): Cause | undefined {
    const before = this.#services.keys.get(node.id);
    if (!trace)
      return before && before.key !== key
        ? { kind: 'changed', changes: firstDifference(describeKey(before.action), fields()) }
        : { kind: 'never-built' };
    if (trace.key === key) return undefined;
    if (!before) return { kind: 'key-changed' };
    return { kind: 'changed', changes: firstDifference(describeKey(before.action), fields()) };
  }

  #outputCause(trace: ActionTrace | undefined): Cause {
    const { root, facts } = this.#services;
    const paths = (trace?.result.outputs ?? [])
      .filter((output) => !outputsInPlace(root, output, facts))
      .map((o) => o.path);
    return paths.length > 0 ? { kind: 'outputs', paths } : { kind: 'isolation' };
  }

  #learn(result: ActionResult): void {
    for (const output of result.outputs) this.#outputs.byPath.set(output.path, output);
  }
}
