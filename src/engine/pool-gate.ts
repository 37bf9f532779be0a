/** Named capacities beside the number of jobs: an action of a full pool waits without holding a job. */
export class PoolGate {
  readonly #free = new Map<string, number>();
  readonly #waiting = new Map<string, (() => void)[]>();
  #waitingCount = 0;

  constructor(capacities: Readonly<Record<string, number>>) {
    for (const [name, capacity] of Object.entries(capacities)) this.#free.set(name, capacity);
  }

  get busy(): boolean {
    return this.#waitingCount > 0;
  }

  /** Calls `go` now or when there is room; `go` must call `leave` once. */
  enter(pool: string | undefined, go: (leave: () => void) => void): void {
    const free = pool === undefined ? undefined : this.#free.get(pool);
    if (pool === undefined || free === undefined) {
      go(() => {});
      return;
    }
    if (free > 0) {
      this.#free.set(pool, free - 1);
      go(() => this.#leave(pool));
      return;
    }
    this.#waitingCount++;
    const queue = this.#waiting.get(pool) ?? [];
    queue.push(() => go(() => this.#leave(pool)));
    this.#waiting.set(pool, queue);
  }

  #leave(pool: string): void {
    const next = this.#waiting.get(pool)?.shift();
    if (next) {
      this.#waitingCount--;
      next();
    } else {
      this.#free.set(pool, (this.#free.get(pool) ?? 0) + 1);
    }
  }
}
