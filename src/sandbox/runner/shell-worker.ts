import type { Child } from './child.ts';
import { isAlive, killTree } from './process-tree.ts';
import { startChild } from './start-child.ts';

export type WorkerEnd =
  /** `said`: what the shell printed about it, empty for an ordinary exit. */
  | { readonly kind: 'status'; readonly code: number; readonly said: string }
  /** `signal`: what ended it while a job ran, unasked. */
  | { readonly kind: 'died'; readonly said: string; readonly signal?: string };

/**
 * A small shell that starts processes for the engine, one at a time. Node's own spawn blocks the event loop for 1 ms,
 * and for 22 ms when the heap is large (fork copies the page tables); writing a line to a shell costs next to nothing.
 */
export class ShellWorker {
  readonly #child: Child;
  #heard = '';
  #dead = false;
  #killing: Promise<void> | undefined;
  #waiting: ((end: WorkerEnd) => void) | undefined;
  readonly #exited: Promise<void>;

  /** `words` start a POSIX shell that reads its script from stdin; 3 and 4 are given to it for the jobs' streams. */
  constructor(words: readonly string[], stdout: number, stderr: number) {
    let exited = (): void => {};
    this.#exited = new Promise((resolve) => {
      exited = resolve;
    });
    this.#child = startChild(words, [stdout, stderr], {
      heard: (text) => this.#onText(text),
      ended: (signal, code, problem = '') => {
        this.#heard += problem;
        this.#onDeath(exited, signal ?? relayed(code));
      },
    });
    // A job may signal its whole group (`kill 0`), to which this shell belongs: caught signals, unlike ignored ones,
    // are reset for what the shell starts.
    this.#child.tell('exec 2>&1 5>&- 6>&- 7>&- 8>&- 9>&-;trap : HUP INT QUIT TERM USR1 USR2 ALRM\n');
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Runs one complete command that ends by printing `=STATUS`. */
  run(line: string): Promise<WorkerEnd> {
    if (this.#dead) return Promise.resolve({ kind: 'died', said: this.#heard });
    this.#heard = '';
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#child.tell(line);
    });
  }

  /** Ends it and everything it started; resolves when they are gone. */
  kill(): Promise<void> {
    this.#killing ??= this.#kill();
    return this.#killing;
  }

  /** Ends it, with all that a running job started; an idle one's group goes with it at once. */
  async end(): Promise<void> {
    if (this.#waiting) return this.kill();
    const pid = this.#child.pid;
    if (pid !== undefined && !this.#dead) killGroup(pid);
    this.#child.hangUp();
    await this.#exited;
  }

  async #kill(): Promise<void> {
    const pid = this.#child.pid;
    if (pid !== undefined && !this.#dead && isAlive(pid)) await killTree(pid);
    await this.#exited;
  }

  #onText(text: string): void {
    this.#heard = (this.#heard + text).slice(-HEARD_MAX);
    const status = STATUS.exec(this.#heard);
    if (!status) return;
    const said = this.#heard.slice(0, status.index).trim();
    this.#heard = '';
    this.#answer({ kind: 'status', code: Number(status[1]), said });
  }

  #onDeath(resolve: () => void, signal: string | undefined): void {
    this.#dead = true;
    const said = this.#heard.trim();
    this.#answer({ kind: 'died', said, ...(signal === undefined ? {} : { signal }) });
    resolve();
  }

  #answer(end: WorkerEnd): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(end);
  }
}

/** bubblewrap says so of the shell that it started. */
const relayed = (code: number | undefined): 'SIGKILL' | undefined =>
  code === KILLED ? 'SIGKILL' : undefined;
const KILLED = 137;

const STATUS = /(?:^|\n)=(\d+)\n$/;
const HEARD_MAX = 8192;

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
