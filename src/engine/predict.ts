import type { ActionKey } from '../fingerprint/action-key.ts';
import { describeKey, type KeyField } from '../fingerprint/describe-key.ts';
import { firstDifference, type KeyChange } from '../fingerprint/first-difference.ts';
import type { ResolvedAction } from '../fingerprint/resolved-action.ts';
import type { ActionNode } from '../graph/action-graph.ts';
import type { ActionTable } from '../graph/action-table.ts';
import type { Sha256 } from '../model/digest.ts';
import type { ActionFailure } from '../model/failure.ts';
import type { ActionResult, OutputResult } from '../model/result.ts';
import { resultBlobs } from '../store/result-blobs.ts';
import { isolationAsked } from './isolation-asked.ts';
import { liesAsDeclared } from './output-place.ts';
import { outputsInPlace, outputThere } from './outputs-in-place.ts';
import { prepareAction } from './prepare-action.ts';
import type { EngineServices } from './services.ts';
import { instantiate } from './template.ts';
import type { ActionTrace, TraceSource } from './trace.ts';

/** What a build would do with an action, and why. */
export type Verdict =
  | { readonly kind: 'up-to-date' }
  /** Its outputs would be fetched: they are not in place, or the action is as some earlier build had it. */
  | { readonly kind: 'restore'; readonly from: 'local' | 'remote'; readonly cause: Cause }
  /** `evicted`: all is as it was when it last ran, but no cache has the result any more. */
  | { readonly kind: 'run'; readonly cause: Cause; readonly evicted?: true }
  /** What it reads is not known before others have run: their outputs may come out as they were. */
  | {
      readonly kind: 'depends';
      readonly on: readonly string[];
      /** What differs in the action itself, whatever the others bring: for those asked about. */
      readonly changes?: readonly KeyChange[];
    }
  | { readonly kind: 'blocked'; readonly failure: ActionFailure };

export type Cause =
  /** `nearest`: what is known that is most like it, and how that differs. */
  | {
      readonly kind: 'never-built';
      readonly nearest?: { readonly id: string; readonly changes: readonly KeyChange[] };
    }
  | { readonly kind: 'changed'; readonly changes: readonly KeyChange[] }
  | { readonly kind: 'key-changed' }
  /** Outputs that are not as they were made. */
  | { readonly kind: 'outputs'; readonly deleted: readonly string[]; readonly edited: readonly string[] }
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
  /** The actions asked about, and of what they depend on all that is not as its trace has it. */
  readonly wanted: (index: number) => boolean;
  /** The actions asked about. */
  readonly asked: (index: number) => boolean;
  readonly force: boolean;
}

/** Plays a build through without running or writing anything, dependencies first. */
export async function predict(input: PredictInput, services: EngineServices): Promise<Prediction[]> {
  const player = new Player(input, services);
  const predictions: Prediction[] = [];
  for (let i = 0; i < input.table.size; i++) if (input.wanted(i)) predictions.push(...(await player.play(i)));
  return predictions;
}

/** So many of those that others wait for are named to each of them: they are many in a large workspace that is all new. */
const MAX_OPEN = 200;

/** Of a workspace in which nothing was built, nobody reads more; each looks through all that is known. */
const MAX_SEARCHES = 50;

class Player {
  readonly #input: PredictInput;
  readonly #services: EngineServices;
  readonly #outputs = {
    byPath: new Map<string, OutputResult>(),
    groups: new Map<string, readonly OutputResult[]>(),
  };
  /** The same, and what those made last time that would have to run. */
  readonly #guess = { byPath: new Map<string, OutputResult>(), groups: this.#outputs.groups };
  readonly #adopted = new Set<number>();
  #searches = 0;
  /** By index: the ids of actions that would have to run before this one's outputs are known. */
  readonly #open = new Map<number, readonly string[]>();

  constructor(input: PredictInput, services: EngineServices) {
    this.#input = input;
    this.#services = services;
  }

  async play(index: number): Promise<Prediction[]> {
    const node = this.#input.table.node(index);
    const deps = this.#input.table.deps(index);
    for (const dep of deps) if (!this.#input.wanted(dep)) this.#adopt(dep);
    const on = [...new Set(deps.flatMap((d) => this.#open.get(d) ?? []))].slice(0, MAX_OPEN);
    if (on.length > 0) {
      this.#open.set(index, on);
      const changes = this.#input.asked(index) ? this.#ownChanges(node) : [];
      return [{ node, verdict: { kind: 'depends', on, ...(changes.length > 0 ? { changes } : {}) } }];
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

  /** What nothing has changed of: its outputs are as its trace has them. */
  #adopt(index: number): void {
    if (this.#adopted.has(index)) return;
    this.#adopted.add(index);
    const { table, traces } = this.#input;
    const node = table.node(index);
    const trace = traces.at(index, node.id);
    if (!node.decl.each) {
      if (trace) this.#learn(trace.result);
      return;
    }
    const made = (trace?.items ?? []).flatMap((item) => traces.byId(`${node.id}[${item}]`) ?? []);
    for (const { result } of made) this.#learn(result);
    this.#outputs.groups.set(
      node.id,
      made.flatMap(({ result }) => result.outputs),
    );
  }

  /** As if what it waits for came out as it was. */
  #ownChanges(node: ActionNode): readonly KeyChange[] {
    const before = this.#services.keys.get(node.id);
    if (!before || node.decl.each) return [];
    const prepared = prepareAction(node.decl, this.#services, this.#guess);
    if ('failure' in prepared || prepared.key.key === before.key) return [];
    return firstDifference(describeKey(before.action), describeKey(prepared.action)).filter(
      ({ field }) => !field.startsWith('input recomp-out/'),
    );
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
    // Another request may have made it since this one last did.
    const newer = trace?.key === key ? undefined : this.#input.traces.byId(node.id);
    const latest = newer?.key === key ? newer : trace;
    const known = latest && liesAsDeclared(latest.result, node.decl) ? latest : undefined;
    const fields = (): KeyField[] => describeKey(prepared.action);
    const nearest = (): Cause => this.#neverBuilt(node.id, prepared.action);
    const inPlaceOnly = prepared.action.doNotCache || node.decl.home !== undefined;
    for (const output of known?.result.outputs ?? []) this.#guess.byPath.set(output.path, output);
    const verdict = await this.#verdict(node, known, prepared.key, inPlaceOnly, fields, nearest);
    return { node, verdict, key: { key, parts, fields } };
  }

  async #verdict(
    node: ActionNode,
    trace: ActionTrace | undefined,
    key: ActionKey,
    inPlaceOnly: boolean,
    fields: () => KeyField[],
    neverBuilt: () => Cause,
  ): Promise<Verdict> {
    if (this.#input.force) return { kind: 'run', cause: { kind: 'forced' } };
    const { facts, root } = this.#services;
    const isolation = isolationAsked(node.decl, this.#services);
    const cause = this.#cause(node, trace, key.key, fields);
    const good =
      cause === undefined && trace && trace.result.isolation >= isolation ? trace.result : undefined;
    const mayStay = this.#services.leaves?.(node.id) === true;
    const isRight = (output: OutputResult): boolean =>
      (mayStay && !outputThere(root, output)) || outputsInPlace(root, output, facts);
    if (good?.outputs.every(isRight)) {
      this.#learn(good);
      return { kind: 'up-to-date' };
    }
    const why = cause === 'never-built' ? neverBuilt() : (cause ?? this.#outputCause(trace));
    const found = inPlaceOnly ? undefined : await this.#stored(key, good);
    if (!found || found.result.isolation < isolation) {
      const evicted = why.kind === 'outputs' && !inPlaceOnly;
      return { kind: 'run', cause: why, ...(evicted ? { evicted } : {}) };
    }
    this.#learn(found.result);
    return { kind: 'restore', from: found.source, cause: why };
  }

  /** What the journal knows is fetched by it; no cache need know the key for that. */
  async #stored(
    key: ActionKey,
    known: ActionResult | undefined,
  ): ReturnType<EngineServices['results']['lookup']> {
    if (known) {
      const { stdout: _, stderr: __, ...outputs } = known;
      const missing = await this.#services.blobs.missing(resultBlobs(outputs));
      if (missing.length === 0) return { result: known, source: 'local' };
    }
    return this.#services.results.lookup(key, 'knowledge');
  }

  /** Undefined: the key is that of the last success. */
  #cause(
    node: ActionNode,
    trace: ActionTrace | undefined,
    key: Sha256,
    fields: () => KeyField[],
  ): Cause | 'never-built' | undefined {
    // What keys were made of is a large file: of what is as it was nobody need ask.
    if (trace?.key === key) return undefined;
    const before = this.#services.keys.get(node.id);
    if (!trace)
      return before && before.key !== key
        ? { kind: 'changed', changes: firstDifference(describeKey(before.action), fields()) }
        : 'never-built';
    if (!before) return { kind: 'key-changed' };
    return { kind: 'changed', changes: firstDifference(describeKey(before.action), fields()) };
  }

  #neverBuilt(id: string, action: ResolvedAction): Cause {
    const nearest = this.#searches++ < MAX_SEARCHES ? this.#services.keys.nearest?.(id, action) : undefined;
    if (!nearest) return { kind: 'never-built' };
    const changes = firstDifference(describeKey(nearest.action), describeKey(action));
    return { kind: 'never-built', nearest: { id: nearest.id, changes } };
  }

  #outputCause(trace: ActionTrace | undefined): Cause {
    const { root, facts } = this.#services;
    const wrong = (trace?.result.outputs ?? []).filter((output) => !outputsInPlace(root, output, facts));
    if (wrong.length === 0) return { kind: 'isolation' };
    const paths = (there: boolean): string[] =>
      wrong.filter((output) => outputThere(root, output) === there).map(({ path }) => path);
    return { kind: 'outputs', deleted: paths(false), edited: paths(true) };
  }

  #learn(result: ActionResult): void {
    for (const output of result.outputs) {
      this.#outputs.byPath.set(output.path, output);
      this.#guess.byPath.set(output.path, output);
    }
  }
}
