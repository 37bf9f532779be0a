import { type ChildProcess, spawn } from 'node:child_process';

/**
 * One shell that outlives the engine by a moment: when its stdin ends, because the engine is gone however that came, it
 * kills the process groups it was told about. Workers cannot do it themselves: a shell that waits for a job reads nothing.
 */
export class Watchdog {
  #child: ChildProcess | undefined;
  #closed = false;
  #unsaid: string[] = [];

  guard(pid: number): void {
    this.#say(`g="$g -${pid}"\n`);
  }

  forget(pid: number): void {
    this.#say(`f -${pid}\n`);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const child = this.#child;
    this.#child = undefined;
    if (!child) return;
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.stdin?.end('g=;exit 0\n');
    await closed;
  }

  /** Not at once: starting a process takes longer than the action that is about to be started should wait. */
  #say(line: string): void {
    if (this.#unsaid.push(line) === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    const lines = this.#unsaid.join('');
    this.#unsaid = [];
    if (this.#closed) return;
    if (!this.#child) {
      this.#child = spawn('/bin/sh', [], {
        detached: true,
        env: {},
        stdio: ['pipe', 'ignore', 'ignore'],
        cwd: '/',
      });
      this.#child.on('error', () => {});
      this.#child.stdin?.on('error', () => {});
      this.#child.stdin?.write(SCRIPT);
    }
    this.#child.stdin?.write(lines);
  }
}

/** A shell runs its EXIT trap when its script, here stdin, ends. */
const SCRIPT = `g=
f() { n=; for p in $g; do [ "$p" = "$1" ] || n="$n $p"; done; g=$n; }
trap '[ -n "$g" ] && kill -s KILL -- $g' EXIT
trap : HUP INT QUIT TERM
`;
