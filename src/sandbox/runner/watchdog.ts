import type { Child } from './child.ts';
import { startChild } from './start-child.ts';

/**
 * One shell that outlives the engine by a moment: when its stdin ends, because the engine is gone however that came, it
 * kills the process groups it was told about. Workers cannot do it themselves: a shell that waits for a job reads nothing.
 */
export class Watchdog {
  #child: Child | undefined;
  #ended: Promise<void> | undefined;
  #closed = false;
  #unsaid: string[] = [];

  guard(pid: number): void {
    this.#say(`+ ${pid}\n`);
  }

  forget(pid: number): void {
    this.#say(`- ${pid}\n`);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const child = this.#child;
    this.#child = undefined;
    child?.tell('.\n');
    await this.#ended;
  }

  /** Not at once: starting a process takes longer than the action that is about to be started should wait. */
  #say(line: string): void {
    if (this.#unsaid.push(line) === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    const lines = this.#unsaid.join('');
    this.#unsaid = [];
    if (this.#closed) return;
    if (this.#child) this.#child.tell(lines);
    else this.#start(lines);
  }

  /** What it is told first goes along: there is no moment in which it runs and knows nothing. */
  #start(lines: string): void {
    this.#ended = new Promise((resolve) => {
      const events = { heard: () => {}, ended: () => resolve() };
      this.#child = startChild(['/bin/sh', '-c', SCRIPT, 'sh', lines], [], events);
    });
  }
}

/** Reads lines until its stdin ends, which means that the engine is gone, or until it is told to stop. */
const SCRIPT = `g=
trap : HUP INT QUIT TERM
heed() {
  case $1 in
  +) g="$g -$2" ;;
  -) n=; for p in $g; do [ "$p" = "-$2" ] || n="$n $p"; done; g=$n ;;
  .) exit 0 ;;
  esac
}
set -f
for word in $1; do
  if [ -n "$verb" ]; then heed "$verb" "$word"; verb=; else verb=$word; fi
done
while read -r verb pid; do heed "$verb" "$pid"; done
[ -n "$g" ] && kill -s KILL -- $g
`;
