import { closeSync, openSync, readSync, renameSync, symlinkSync, unlinkSync } from 'node:fs';
import type { StagedTool } from '../ports/executor.ts';
import { commandLine, type ShellJob } from './runner/command-line.ts';
import { ShellWorker, type WorkerEnd } from './runner/shell-worker.ts';
import type { Watchdog } from './runner/watchdog.ts';
import { SlotFolder, type SlotPaths, slotPaths } from './staging/slot-folder.ts';

/** How to start a worker: equal keys mean equal words. */
export interface Launch {
  readonly key: string;
  readonly words: () => string[];
}

export interface Limits {
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

export type SlotEnd = WorkerEnd | { readonly kind: 'timed-out' } | { readonly kind: 'cancelled' };

/** A place where one action after the other runs: a folder, and the shells that start processes in it. */
export class Slot {
  readonly folder: SlotFolder;
  readonly #watchdog: Watchdog;
  readonly #workers = new Map<string, ShellWorker>();
  readonly #tools = new Map<string, string>();

  constructor(path: string, watchdog: Watchdog) {
    this.folder = new SlotFolder(path);
    this.#watchdog = watchdog;
  }

  get paths(): SlotPaths {
    return this.folder.paths;
  }

  /** Starts a worker that a job will want. */
  warm(launch: Launch): void {
    this.#worker(launch);
  }

  /** Runs one job; when it is over in whatever way, nothing that it started in the foreground is left. */
  async run(launch: Launch, job: ShellJob, limits: Limits): Promise<SlotEnd> {
    const worker = this.#worker(launch);
    let early: 'timed-out' | 'cancelled' | undefined;
    const stop = (why: 'timed-out' | 'cancelled') => (): void => {
      early ??= why;
      void worker.kill();
    };
    const cancel = stop('cancelled');
    limits.signal.addEventListener('abort', cancel, { once: true });
    const timer =
      limits.timeoutMs === undefined ? undefined : setTimeout(stop('timed-out'), limits.timeoutMs);
    const end = await worker.run(commandLine(job));
    clearTimeout(timer);
    limits.signal.removeEventListener('abort', cancel);
    if (early !== undefined || end.kind === 'died') {
      await worker.kill();
      this.#drop(launch.key, worker);
    }
    return early === undefined ? end : { kind: early };
  }

  /** Makes `bin` hold exactly these names. */
  setTools(tools: readonly StagedTool[]): void {
    const wanted = new Map(tools.map((t) => [t.name, t.path]));
    for (const [name, path] of this.#tools) {
      if (wanted.get(name) === path) continue;
      unlinkSync(`${this.paths.bin}/${name}`);
      this.#tools.delete(name);
    }
    for (const [name, path] of wanted) {
      if (this.#tools.has(name)) continue;
      if (!/^[^/]+$/.test(name) || name === '.' || name === '..') throw new Error(`not a tool name: ${name}`);
      symlinkSync(path, `${this.paths.bin}/${name}`);
      this.#tools.set(name, path);
    }
  }

  /** The first words on stderr, for telling the sandbox's own failures apart. */
  stderrStart(): string {
    if (!this.folder.hasStderr()) return '';
    const fd = openSync(this.paths.stderr, 'r');
    try {
      const start = Buffer.alloc(400);
      return start.toString('latin1', 0, readSync(fd, start));
    } finally {
      closeSync(fd);
    }
  }

  /** Ends its shells and what runs in them; resolves when they are gone. */
  async endWorkers(): Promise<void> {
    const workers = [...this.#workers];
    await Promise.all(workers.map(([, worker]) => worker.end()));
    for (const [key, worker] of workers) this.#drop(key, worker);
  }

  /** Ends its shells, and gives back what it holds open. It is of no use any more. */
  async close(): Promise<void> {
    await this.endWorkers();
    this.folder.closeStreams();
  }

  /** Leaves the folder to a person, under another name; the slot is of no use any more. */
  async abandon(path: string): Promise<SlotPaths> {
    await this.endWorkers();
    this.folder.closeStreams();
    renameSync(this.paths.path, path);
    return slotPaths(path);
  }

  #worker(launch: Launch): ShellWorker {
    const known = this.#workers.get(launch.key);
    if (known && !known.dead) return known;
    if (known) this.#drop(launch.key, known);
    this.#makeRoom();
    const worker = new ShellWorker(launch.words(), this.folder.stdoutFd, this.folder.stderrFd);
    if (worker.pid !== undefined) this.#watchdog.guard(worker.pid);
    this.#workers.set(launch.key, worker);
    return worker;
  }

  /** A worker for each set of mounts that comes up again and again; the oldest goes first. */
  #makeRoom(): void {
    if (this.#workers.size < WORKERS_MAX) return;
    const [oldest] = this.#workers;
    if (!oldest) return;
    this.#drop(...oldest);
    void oldest[1].end();
  }

  #drop(key: string, worker: ShellWorker): void {
    if (worker.pid !== undefined) this.#watchdog.forget(worker.pid);
    if (this.#workers.get(key) === worker) this.#workers.delete(key);
  }
}

const WORKERS_MAX = 4;
