import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { monotonicMs } from '../base/clock.ts';
import type { SandboxKind } from '../model/isolation.ts';
import type { ExecutionEnd, ExecutionOutcome, ExecutionRequest, Executor } from '../ports/executor.ts';
import type { Enclosure } from './enclosure/enclosure.ts';
import { BUILD_FAILED, BUILD_FAILED_STATUS } from './enclosure/unshare.ts';
import { enterCommand } from './enter-command.ts';
import { explainFailure } from './explain-failure.ts';
import { KEPT } from './place.ts';
import { endOfDeath, endOfStatus } from './runner/exit-status.ts';
import { Watchdog } from './runner/watchdog.ts';
import { defaultLaunch, enclosedJob, type PlannedJob, stagedJob } from './sandboxed-job.ts';
import { Slot, type SlotEnd } from './slot.ts';
import { clearStage } from './staging/clear-stage.ts';
import { inspectStage } from './staging/inspect-stage.ts';
import { layInputs } from './staging/lay-inputs.ts';
import { removeAny } from './staging/remove.ts';
import type { SlotPaths } from './staging/slot-folder.ts';
import type { Stage } from './staging/stage.ts';

export interface SlotExecutorOptions {
  /** Absent: no namespaces, only a folder of its own (`staged`). */
  readonly enclosure?: Enclosure | undefined;
  /** An empty folder of this process alone; removed on close. */
  readonly folder: string;
  /** Told when the sandbox itself failed: what is known about this machine may be out of date. */
  readonly onSandboxFailure?: () => void;
}

/** Runs each action in a slot's folder, shut in by an enclosure if there is one. */
export class SlotExecutor implements Executor {
  readonly kind: SandboxKind;
  readonly #options: SlotExecutorOptions;
  readonly #watchdog = new Watchdog();
  readonly #all = new Set<Slot>();
  readonly #free: Slot[] = [];
  #made = 0;
  #closed = false;

  constructor(options: SlotExecutorOptions) {
    this.kind = options.enclosure?.kind ?? 'staged';
    this.#options = options;
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  }

  async run(request: ExecutionRequest, signal: AbortSignal): Promise<ExecutionOutcome> {
    if (signal.aborted || this.#closed) return nothingRan({ kind: 'cancelled' });
    const { enclosure } = this.#options;
    const slot = this.#take();
    let stage: Stage;
    let plan: PlannedJob;
    try {
      slot.setTools(request.tools);
      stage = layInputs(slot.paths, request, {
        canMount: enclosure !== undefined,
        allWritable: enclosure === undefined,
      });
      plan = enclosure ? enclosedJob(slot.paths, request, stage, enclosure) : stagedJob(slot.paths, request);
    } catch (error) {
      this.#free.push(slot);
      const message = `cannot lay out the action: ${messageOf(error)}`;
      return nothingRan(explainFailure({ kind: 'sandbox-failed', message }, slot.paths, request));
    }
    const started = monotonicMs();
    const ended = await slot.run(plan.launch, plan.job, { timeoutMs: request.timeoutMs, signal });
    const wallMs = monotonicMs() - started;
    const end = explainFailure(this.#endOf(slot, ended, plan), slot.paths, request);
    return this.#outcome(request, slot, stage, end, wallMs);
  }

  warm(): void {
    if (this.#closed || this.#all.size > 0) return;
    const slot = this.#take();
    slot.warm(defaultLaunch(slot.paths, this.#options.enclosure));
    this.#free.push(slot);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#all].map((slot) => slot.close()));
    this.#all.clear();
    await this.#watchdog.close();
    removeAny(this.#options.folder);
  }

  async #outcome(
    request: ExecutionRequest,
    slot: Slot,
    stage: Stage,
    end: ExecutionEnd,
    wallMs: number,
  ): Promise<ExecutionOutcome> {
    if (this.#closed) return nothingRan({ kind: 'cancelled' });
    const { undeclared, modified } = inspectStage(slot.paths, stage);
    if (end.kind === 'sandbox-failed') this.#options.onSandboxFailure?.();
    const streams = { out: slot.folder.hasStdout(), err: slot.folder.hasStderr() };
    const failed =
      end.kind !== 'cancelled' && (end.kind !== 'exited' || end.code !== 0 || modified.length > 0);
    const kept = request.keepOnFailure && failed ? await this.#keep(request, slot, stage) : undefined;
    const paths = kept?.paths ?? slot.paths;
    let released = false;
    return {
      end,
      outputRoot: paths.work,
      ...(streams.out ? { stdout: paths.stdout } : {}),
      ...(streams.err ? { stderr: paths.stderr } : {}),
      undeclared,
      ...(modified.length > 0 ? { modifiedInputs: modified } : {}),
      wallMs,
      ...(kept ? { kept: { folder: paths.path, enter: kept.enter } } : {}),
      release: () => {
        if (released || kept || this.#closed) return;
        released = true;
        this.#reuse(slot, stage);
      },
    };
  }

  #reuse(slot: Slot, stage: Stage): void {
    clearStage(slot.paths, stage);
    slot.folder.refresh();
    this.#free.push(slot);
  }

  #take(): Slot {
    const free = this.#free.pop();
    if (free) return free;
    const slot = new Slot(`${this.#options.folder}/s${this.#made++}`, this.#watchdog);
    this.#all.add(slot);
    return slot;
  }

  #endOf(slot: Slot, ended: SlotEnd, plan: PlannedJob): ExecutionEnd {
    if (this.#closed) return { kind: 'cancelled' };
    if (ended.kind === 'timed-out' || ended.kind === 'cancelled') return ended;
    if (ended.kind === 'died') return endOfDeath(ended);
    const own = ended.code === 0 ? undefined : this.#ownFailure(slot, ended.code);
    return own ?? endOfStatus(ended.code, ended.said, plan.relayed);
  }

  /** The words with which bwrap and unshare say that they could not do their part. */
  #ownFailure(slot: Slot, code: number): ExecutionEnd | undefined {
    const { enclosure } = this.#options;
    if (!enclosure || (code !== 1 && code !== BUILD_FAILED_STATUS)) return undefined;
    const said = slot.stderrStart();
    // Only without an inner namespace is it bubblewrap itself that starts the action.
    const notStarted = /^bwrap: execvp .*: (No such file|Permission denied)/.exec(said)?.[1];
    if (notStarted) return { kind: 'exited', code: notStarted === 'No such file' ? 127 : 126 };
    const own =
      code === 1 ? /^(?:bwrap|unshare|\/usr\/bin\/unshare): /.test(said) : said.includes(BUILD_FAILED);
    return own ? { kind: 'sandbox-failed', message: said.trim() } : undefined;
  }

  /** Beside the executor's own folder, which goes on close. */
  async #keep(
    request: ExecutionRequest,
    slot: Slot,
    stage: Stage,
  ): Promise<{ paths: SlotPaths; enter: string }> {
    const { enclosure, folder } = this.#options;
    this.#all.delete(slot);
    const paths = await slot.abandon(
      `${dirname(folder)}/${KEPT}${request.id}-${basename(folder)}-${this.#made++}`,
    );
    return { paths, enter: enterCommand(paths, request, stage, enclosure) };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const nothingRan = (end: ExecutionEnd): ExecutionOutcome => ({
  end,
  outputRoot: '/nonexistent',
  undeclared: [],
  wallMs: 0,
  release: () => {},
});
