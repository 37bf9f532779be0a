import { mkdirSync } from 'node:fs';
import { monotonicMs } from '../base/clock.ts';
import type { ExecutionEnd, ExecutionOutcome, ExecutionRequest, Executor } from '../ports/executor.ts';
import { InPlace } from './in-place.ts';
import { endOfDeath, endOfStatus } from './runner/exit-status.ts';
import { Watchdog } from './runner/watchdog.ts';
import { PLAIN, stagedEnvironment } from './sandboxed-job.ts';
import { Slot, type SlotEnd } from './slot.ts';
import { removeAny } from './staging/remove.ts';

/**
 * No sandbox: actions run in the workspace itself, on the files that lie there. Only PATH, HOME and TMPDIR are folders of
 * their own. What an action writes and did not declare stays, as nothing tells it from the user's files.
 */
export class OffExecutor implements Executor {
  readonly kind = 'off';
  readonly #workspace: string;
  readonly #folder: string;
  readonly #inPlace: InPlace;
  readonly #watchdog = new Watchdog();
  readonly #all: Slot[] = [];
  readonly #free: Slot[] = [];
  #closed = false;

  /** `folder`: an empty folder of this process alone; removed on close. */
  constructor(workspace: string, folder: string) {
    this.#workspace = workspace;
    this.#folder = folder;
    this.#inPlace = new InPlace(workspace);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  async run(request: ExecutionRequest, signal: AbortSignal): Promise<ExecutionOutcome> {
    if (signal.aborted || this.#closed) return this.#outcome({ kind: 'cancelled' }, undefined, 0);
    const slot = this.#take();
    try {
      slot.setTools(request.tools);
      this.#inPlace.lay(request);
    } catch (error) {
      this.#free.push(slot);
      const message = error instanceof Error ? error.message : String(error);
      return this.#outcome(
        { kind: 'sandbox-failed', message: `cannot lay out the action: ${message}` },
        undefined,
        0,
      );
    }
    const job = {
      argv: request.argv,
      env: stagedEnvironment(slot.paths, request),
      prefix: [],
      cwd: this.#workspace,
    };
    const started = monotonicMs();
    const ended = await slot.run(PLAIN, job, {
      timeoutMs: request.timeoutMs,
      signal,
    });
    const end = endOf(ended, this.#closed);
    if (end.kind !== 'exited' || end.code !== 0) this.#dropOutputs(request);
    return this.#outcome(end, slot, monotonicMs() - started);
  }

  warm(): void {
    if (this.#closed || this.#all.length > 0) return;
    const slot = this.#take();
    slot.warm(PLAIN);
    this.#free.push(slot);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#all.splice(0).map((slot) => slot.close()));
    await this.#watchdog.close();
    this.#inPlace.clear();
    removeAny(this.#folder);
  }

  #take(): Slot {
    const free = this.#free.pop();
    if (free) return free;
    const slot = new Slot(`${this.#folder}/s${this.#all.length}`, this.#watchdog);
    this.#all.push(slot);
    return slot;
  }

  /** Half of an output must never look like one. */
  #dropOutputs(request: ExecutionRequest): void {
    for (const { path } of request.outputs) removeAny(`${this.#workspace}/${path}`);
  }

  #outcome(end: ExecutionEnd, slot: Slot | undefined, wallMs: number): ExecutionOutcome {
    let released = false;
    return {
      end,
      outputRoot: this.#workspace,
      ...(!this.#closed && slot?.folder.hasStdout() ? { stdout: slot.paths.stdout } : {}),
      ...(!this.#closed && slot?.folder.hasStderr() ? { stderr: slot.paths.stderr } : {}),
      undeclared: [],
      wallMs,
      release: () => {
        if (released || this.#closed || !slot) return;
        released = true;
        slot.folder.refresh();
        this.#free.push(slot);
      },
    };
  }
}

function endOf(ended: SlotEnd, closed: boolean): ExecutionEnd {
  if (closed) return { kind: 'cancelled' };
  if (ended.kind === 'timed-out' || ended.kind === 'cancelled') return ended;
  if (ended.kind === 'died') return endOfDeath(ended);
  return endOfStatus(ended.code, ended.said, false);
}
