import type { ActionKey } from '../fingerprint/action-key.ts';
import type { ActionNode } from '../graph/action-graph.ts';
import type { ActionDecl } from '../model/action.ts';
import type { ActionLog } from '../model/record.ts';
import type { ActionResult, OutputResult } from '../model/result.ts';
import { type Evaluation, succeeded } from './action-records.ts';
import { isolationAsked } from './isolation-asked.ts';
import { placeOrLeave } from './left-outputs.ts';
import { liesAsDeclared } from './output-place.ts';
import { outputsInPlace, outputThere } from './outputs-in-place.ts';
import type { OutputPlacer } from './place-outputs.ts';
import type { PreparedAction } from './prepare-action.ts';
import type { EngineServices } from './services.ts';
import type { ActionTrace, TraceSource } from './trace.ts';

/** What need not run: by the journal, from the journal's own knowledge of the blobs, or from a cache. */
export class ResultFinder {
  readonly #services: EngineServices;
  readonly #traces: TraceSource;
  readonly #placer: OutputPlacer;

  constructor(services: EngineServices, traces: TraceSource, placer: OutputPlacer) {
    this.#services = services;
    this.#traces = traces;
    this.#placer = placer;
  }

  traceOf(node: ActionNode, index: number): ActionTrace | undefined {
    return this.#traces.at(index, node.id) ?? this.#traces.byId(node.id);
  }

  /** Of one that is steady: what was put back before anything was evaluated needs no further look. */
  findPutBack(node: ActionNode, index: number): Evaluation | undefined {
    const trace = this.traceOf(node, index);
    if (!trace || !this.#placer.hasPutBack(trace.result.outputs)) return undefined;
    return same(succeeded(node, trace.key, trace.result, 'local', 0));
  }

  /** Only its outputs can have suffered: no key needs to be made to know it. */
  async findSteady(node: ActionNode, index: number): Promise<Evaluation | undefined> {
    const trace = this.traceOf(node, index);
    if (!trace || trace.result.isolation < isolationAsked(node.decl, this.#services)) return undefined;
    if (!liesAsDeclared(trace.result, node.decl)) return undefined;
    const other = this.#otherInPlace(node, trace.key, trace.result);
    if (other) return succeeded(node, trace.key, other, 'journal', 0);
    const found = await this.#findByTrace(
      node,
      trace.key,
      trace.result,
      node.decl.network || node.decl.local !== undefined || node.decl.home !== undefined,
    );
    return found && same(found);
  }

  async find(
    node: ActionNode,
    index: number,
    { key: full, action: { doNotCache } }: PreparedAction,
  ): Promise<Evaluation | undefined> {
    const { key } = full;
    const trace = this.traceOf(node, index);
    const isolation = isolationAsked(node.decl, this.#services);
    const known = trace?.key === key && trace.result.isolation >= isolation ? trace.result : undefined;
    const good = known && liesAsDeclared(known, node.decl) ? known : undefined;
    const inPlaceOnly = doNotCache || node.decl.home !== undefined;
    // What can be cached is found there, if another request has made it; the journal need not be read for that.
    const other = good || inPlaceOnly ? this.#otherInPlace(node, key, good) : undefined;
    if (other) return succeeded(node, key, other, 'journal', 0);
    const found = good && (await this.#findByTrace(node, key, good, inPlaceOnly));
    return found || inPlaceOnly ? found : this.#findInCache(node, full);
  }

  /** Another request may have made the same action since: what it left is newer than what this one knows. */
  #otherInPlace(
    node: ActionNode,
    key: ActionKey['key'],
    mine: ActionResult | undefined,
  ): ActionResult | undefined {
    const { root, facts } = this.#services;
    const isolation = isolationAsked(node.decl, this.#services);
    if (mine?.outputs.every((output) => !outputThere(root, output) || outputsInPlace(root, output, facts)))
      return undefined;
    const other = this.#traces.byId(node.id);
    if (other?.key !== key || other.result.isolation < isolation || other.result === mine) return undefined;
    if (!liesAsDeclared(other.result, node.decl)) return undefined;
    return other.result.outputs.every((output) => outputsInPlace(root, output, facts))
      ? other.result
      : undefined;
  }

  async #findByTrace(
    node: ActionNode,
    key: ActionKey['key'],
    result: ActionResult,
    inPlaceOnly: boolean,
  ): Promise<Evaluation | undefined> {
    const wrong = this.#notInPlace(result);
    if (wrong.length === 0) return succeeded(node, key, result, 'journal', 0);
    if (inPlaceOnly || !(await placeOrLeave(node.id, wrong, this.#services, this.#placer))) return undefined;
    return succeeded(node, key, result, 'local', 0);
  }

  async #findInCache(node: ActionNode, key: ActionKey): Promise<Evaluation | undefined> {
    const use = this.#services.leaves?.(node.id) ? 'presence' : 'content';
    const found = await this.#services.results.lookup(key, use);
    const isolation = isolationAsked(node.decl, this.#services);
    if (!found || found.result.isolation < isolation || !matchesDecl(found.result, node.decl))
      return undefined;
    if (!(await placeOrLeave(node.id, this.#notInPlace(found.result), this.#services, this.#placer)))
      return undefined;
    await this.#keepLogs(found.result);
    const evaluation = succeeded(node, key.key, found.result, found.source, 0);
    const log = node.decl.notes ? await this.#notes(found.result) : undefined;
    return log ? { ...evaluation, record: { ...evaluation.record, log } } : evaluation;
  }

  /** Who takes a result over from a cache has not read them. */
  async #notes({ stderr }: ActionResult): Promise<ActionLog | undefined> {
    const bytes = stderr && (await this.#services.blobs.get(stderr));
    return bytes && { stdout: new Uint8Array(), stderr: bytes };
  }

  #notInPlace({ outputs }: ActionResult): OutputResult[] {
    const { root, facts } = this.#services;
    return outputs.filter((output) => !outputsInPlace(root, output, facts));
  }

  async #keepLogs(result: ActionResult): Promise<void> {
    for (const digest of [result.stdout, result.stderr]) {
      if (digest) await this.#services.logs.keepBlob(digest, this.#services.blobs);
    }
  }
}

/** The journal has nothing to learn. */
const same = ({ record }: Evaluation): Evaluation => ({
  record: { ...record, same: true },
  trace: undefined,
});

/** A well-formed result of another action must not be taken for this one's. */
function matchesDecl(result: ActionResult, decl: ActionDecl): boolean {
  return (
    result.outputs.length === decl.outputs.length &&
    decl.outputs.every((d) => result.outputs.some((o) => o.path === d.path && (o.kind === 'tree') === d.tree))
  );
}
