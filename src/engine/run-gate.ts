/** Lets at most so many processes run at once, where more than that are looked up, prepared or put away. */
export class RunGate {
  readonly #isClosed: () => boolean;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** `isClosed`: nothing more may start. */
  constructor(width: number, isClosed: () => boolean) {
    this.#free = width;
    this.#isClosed = isClosed;
  }

  /**
   * Undefined: when its turn came, the build was stopping. Whoever knows that its process is over calls `leave`, and somebody
   * else's can run while it puts away what came of it.
   */
  async pass<T>(run: (leave: () => void) => Promise<T>): Promise<T | undefined> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    let inside = true;
    const leave = (): void => {
      if (inside) this.#next();
      inside = false;
    };
    try {
      return this.#isClosed() ? undefined : await run(leave);
    } finally {
      leave();
    }
  }

  #next(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}
