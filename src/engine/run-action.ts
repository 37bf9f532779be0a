import type { ActionDecl } from '../model/action.ts';
import type { ActionFailure } from '../model/failure.ts';
import { isolationLevel } from '../model/isolation.ts';
import type { ActionLog } from '../model/record.ts';
import type { ActionResult, OutputResult } from '../model/result.ts';
import type {
  ExecutionOutcome,
  ExecutionRequest,
  Executor,
  RemoteForm,
  StagedTool,
} from '../ports/executor.ts';
import { markedOnArrival } from './left-outputs.ts';
import { outputBase } from './output-place.ts';
import { outputsInPlace } from './outputs-in-place.ts';
import { pinFailure } from './pin-failure.ts';
import type { OutputPlacer } from './place-outputs.ts';
import { type ReadOutput, readOutputs, storeOutput } from './read-outputs.ts';
import type { ResolvedInputs } from './resolve-action.ts';
import type { EngineServices } from './services.ts';
import { type KeptStreams, keepStreams, readTails, storeStreams } from './streams.ts';
import { takeResult } from './take-result.ts';
import { dropWithheldLog, withholdLog } from './withheld-log.ts';

export interface RunRequest {
  readonly id: string;
  readonly decl: ActionDecl;
  readonly resolved: ResolvedInputs;
  readonly tools: readonly StagedTool[];
  /** Absent: it must not leave this machine. */
  readonly remote?: RemoteForm;
  /** Puts inputs that were left away at their places; or the path of one that is lost. */
  readonly bring: () => Promise<string | undefined>;
  readonly said: (line: string) => void;
  readonly keepSandbox: boolean;
  /** Run twice and compare. */
  readonly verifyDeterminism: boolean;
}

/** `stored`: every blob of the result is in the cache; otherwise the result must not be put there. */
export type RunOutcome = {
  readonly undeclared: readonly string[];
  readonly wallMs: number;
  readonly log?: ActionLog;
  /** Of a failure, in the place of `log`: the files with what must not be shown. */
  readonly withheld?: readonly string[];
  /** Of a failure: what `log` is the end of. */
  readonly streams?: KeptStreams;
  readonly kept?: { readonly folder: string; readonly enter: string };
} & (
  | {
      readonly ok: true;
      readonly result: ActionResult;
      readonly stored: boolean;
      readonly source: 'executed' | 'executor' | 'remote';
    }
  | { readonly ok: false; readonly failure: ActionFailure }
);

/**
 * One attempt, in the safe order: run → look at the inputs again → store blobs → show outputs. Storing the result itself is
 * the caller's last step. A crash anywhere in here leaves a miss.
 */
export async function runAction(
  request: RunRequest,
  services: EngineServices,
  placer: OutputPlacer,
  signal: AbortSignal,
  processOver: () => void,
): Promise<RunOutcome> {
  const { decl, resolved } = request;
  const executor = services.executorFor(request.id, decl);
  const refused = executor ? refusal(decl, executor) : mustBeShutIn(decl);
  if (!executor || refused)
    return { undeclared: [], wallMs: 0, ok: false, failure: refused ?? mustBeShutIn(decl) };
  const away = request.remote && executor.asksForInputs ? undefined : await request.bring();
  if (away !== undefined) return { undeclared: [], wallMs: 0, ok: false, failure: lost(away) };
  const watched = services.leaves ? markedOnArrival(resolved.watched, services.facts) : resolved.watched;
  const inputs = { ...resolved, watched };
  const execution = toExecution(request, services);
  const { now, timeline } = services;
  const from = now();
  const outcome = await executor.run(execution, signal);
  const ended = now();
  timeline?.(request.id, 'sandbox', from, ended);
  timeline?.(request.id, 'process', Math.max(from, ended - outcome.wallMs), ended);
  if (isWell(outcome) && !request.verifyDeterminism) {
    processOver();
    // The next process is started first: what is done with this one's outputs is done while that one runs.
    await undefined;
  }
  try {
    const about = { undeclared: outcome.undeclared, wallMs: outcome.wallMs };
    const failure = endFailure(outcome, decl);
    const isLost = failure?.kind === 'sandbox' || failure?.kind === 'input-missing';
    const gone = isLost ? movedInput(inputs, services) : undefined;
    if (gone !== undefined)
      return { ...about, ok: false, failure: { kind: 'input-changed', blame: 'input', path: gone } };
    if (failure) {
      return {
        ...about,
        ok: false,
        failure,
        ...readLog(outcome, request, services),
        ...(outcome.kept ? { kept: outcome.kept } : {}),
      };
    }
    if (outcome.elsewhere?.result) {
      const taken = await takeResult(request.id, outcome.elsewhere.result, decl, services, placer);
      const source = outcome.elsewhere.cached ? 'remote' : 'executor';
      return taken.ok
        ? { ...about, ...taken, source, ...notesOf(outcome, decl) }
        : { ...about, ...taken, ...readLog(outcome, request, services) };
    }
    const moved = movedInput(inputs, services) ?? services.host.changed(decl.tools);
    if (moved !== undefined)
      return { ...about, ok: false, failure: { kind: 'input-changed', blame: 'input', path: moved } };
    const inPlace = executor.kind === 'off';
    if (inPlace) for (const output of decl.outputs) if (!output.tree) stampIfThere(placer, output.path);
    const read = readOutputs(outcome.outputRoot, decl.outputs, decl.home);
    if (!read.ok)
      return { ...about, ok: false, failure: read.failure, ...readLog(outcome, request, services) };
    const wrong =
      pinFailure(
        decl,
        read.outputs.map((o) => o.output),
      ) ??
      (request.verifyDeterminism
        ? await secondOpinion(execution, read.outputs, executor, signal)
        : undefined);
    if (wrong) return { ...about, ok: false, failure: wrong };
    const secret = decl.home !== undefined;
    const stored = !secret && (await storeAll(read.outputs, services));
    // What was made before anybody knew that it is proprietary must not stay in the workspace.
    if (secret) for (const { path } of decl.outputs) placer.remove({ path });
    if (secret) dropWithheldLog(outputBase(services.root, decl.home), request.id);
    for (const output of read.outputs) place(output, inPlace, placer);
    const { logs, blobs, cacheTrouble } = services;
    const streams = secret ? {} : await storeStreams(outcome, logs, blobs, cacheTrouble);
    const result: ActionResult = {
      outputs: read.outputs.map((o) => o.output),
      ...streams,
      isolation: isolationLevel(executor.kind),
      wallMs: Math.round(outcome.wallMs),
      ...(services.maker === undefined ? {} : { maker: services.maker }),
    };
    timeline?.(request.id, 'store', ended, now());
    return { ...about, ok: true, result, stored, source: 'executed', ...notesOf(outcome, decl) };
  } finally {
    outcome.release();
  }
}

/** Nobody is told: the build starts over with what is left. */
const lost = (path: string): ActionFailure => ({ kind: 'input-missing', blame: 'input', path });

const isWell = ({ end }: ExecutionOutcome): boolean => end.kind === 'exited' && end.code === 0;

const mustBeShutIn = ({ local = '' }: ActionDecl): ActionFailure => ({
  kind: 'sandbox',
  blame: 'environment',
  message: `it cannot be shut in (${local}), and a sandbox is required`,
  help: 'let [sandbox] mode be "auto", and do not say --sandbox=required',
});

/** Without a sandbox an action writes into the workspace itself. */
function refusal({ home }: ActionDecl, executor: Executor): ActionFailure | undefined {
  if (home === undefined || executor.kind !== 'off') return undefined;
  const message = `it is made of proprietary inputs and may write only below ${home}, which needs a sandbox (not --sandbox=off)`;
  return { kind: 'sandbox', blame: 'environment', message };
}

/** The second look: an input that was edited meanwhile makes the result worthless, and is looked at anew. */
function movedInput({ watched, trees }: ResolvedInputs, { facts, root }: EngineServices): string | undefined {
  const moved = watched.filter(({ path, mark }) => !facts.stillAsMarked(path, mark));
  // Unless somebody else has looked at it anew already.
  for (const { path } of moved) if (!facts.stillAsMarked(path, facts.mark(path))) facts.forget(path);
  return moved[0]?.path ?? trees.find((tree) => !outputsInPlace(root, tree, facts))?.path;
}

function toExecution(request: RunRequest, { unenclosed }: EngineServices): ExecutionRequest {
  const { decl, resolved } = request;
  return {
    id: request.id.replace(/[^A-Za-z0-9._-]+/g, '_').slice(-80),
    argv: resolved.argv,
    env: decl.local === undefined ? resolved.env : { ...unenclosed.session, ...resolved.env },
    inputs: resolved.staged,
    outputs: decl.outputs,
    tools: request.tools,
    network: decl.network,
    ...(decl.timeoutMs === undefined ? {} : { timeoutMs: decl.timeoutMs }),
    keepOnFailure: request.keepSandbox,
    ...(request.remote && { remote: request.remote, bring: request.bring, said: request.said }),
  };
}

function endFailure(outcome: ExecutionOutcome, decl: ActionDecl): ActionFailure | undefined {
  const { end, modifiedInputs } = outcome;
  if (end.kind === 'exited' && end.code === 0 && modifiedInputs?.length)
    return { kind: 'input-modified', blame: 'input', paths: modifiedInputs };
  switch (end.kind) {
    case 'exited':
      return end.code === 0 ? undefined : { kind: 'exit', blame: 'input', exitCode: end.code };
    case 'signalled':
      return { kind: 'signal', blame: 'input', signal: end.signal };
    case 'timed-out':
      return { kind: 'timeout', blame: 'input', limitMs: decl.timeoutMs ?? 0 };
    case 'cancelled':
      return { kind: 'cancelled', blame: 'environment' };
    case 'input-missing':
      return { kind: 'input-missing', blame: 'input', path: end.path };
    case 'not-run':
      return { kind: 'executor', blame: 'infrastructure', message: end.message, help: end.help };
    case 'sandbox-failed': {
      const { message, help } = end;
      return { kind: 'sandbox', blame: 'environment', message, ...(help === undefined ? {} : { help }) };
    }
  }
}

/** What it printed is shown although it ended well. */
const notesOf = (outcome: ExecutionOutcome, decl: ActionDecl): { readonly log?: ActionLog } =>
  decl.notes && !mayHoldSecrets(decl) ? { log: readTails(outcome) } : {};

/** What is made of proprietary inputs is kept nowhere, and shown only if it says no more than verdicts do. */
function readLog(
  outcome: ExecutionOutcome,
  { id, decl }: Pick<RunRequest, 'id' | 'decl'>,
  { logs, root }: EngineServices,
): Pick<RunOutcome, 'log' | 'streams' | 'withheld'> {
  if (mayHoldSecrets(decl)) return { withheld: withholdLog(outputBase(root, decl.home), id, outcome) };
  const streams = decl.home === undefined ? { streams: keepStreams(outcome, logs) } : {};
  return { log: readTails(outcome), ...streams };
}

const mayHoldSecrets = ({ home, terse }: ActionDecl): boolean => home !== undefined && terse !== true;

/** The cache only saves time: when it cannot be written, the build goes on without it. */
async function storeAll(outputs: readonly ReadOutput[], services: EngineServices): Promise<boolean> {
  try {
    for (const output of outputs) await storeOutput(output, services.blobs);
    return true;
  } catch (error) {
    services.cacheTrouble(error);
    return false;
  }
}

async function secondOpinion(
  execution: ExecutionRequest,
  first: readonly ReadOutput[],
  executor: Executor,
  signal: AbortSignal,
): Promise<ActionFailure | undefined> {
  const outcome = await executor.run(execution, signal);
  try {
    if (outcome.end.kind === 'cancelled') return { kind: 'cancelled', blame: 'environment' };
    if (outcome.end.kind !== 'exited' || outcome.end.code !== 0)
      return { kind: 'not-deterministic', blame: 'input', paths: ['(the second run failed)'] };
    const second = readOutputs(outcome.outputRoot, execution.outputs);
    if (!second.ok)
      return { kind: 'not-deterministic', blame: 'input', paths: ['(the second run left other outputs)'] };
    const paths = first.flatMap((a, i) =>
      sameOutput(a.output, second.outputs[i]?.output) ? [] : [a.output.path],
    );
    return paths.length === 0 ? undefined : { kind: 'not-deterministic', blame: 'input', paths };
  } finally {
    outcome.release();
  }
}

export function sameOutput(a: OutputResult, b: OutputResult | undefined): boolean {
  if (a.kind === 'file')
    return (
      b?.kind === 'file' &&
      a.path === b.path &&
      a.digest.hash === b.digest.hash &&
      a.executable === b.executable
    );
  return b?.kind === 'tree' && a.path === b.path && a.rootDigest.hash === b.rootDigest.hash;
}

function stampIfThere(placer: OutputPlacer, path: string): void {
  try {
    placer.stampInPlace(path);
  } catch {
    // Missing: reading the outputs says so, in full.
  }
}

function place(read: ReadOutput, inPlace: boolean, placer: OutputPlacer): void {
  const { output, bytes, from } = read;
  if (inPlace) placer.noteInPlace(output);
  else if (output.kind === 'file' && bytes) placer.placeBytes(bytes, output);
  else placer.placeCopy(output, from);
}
