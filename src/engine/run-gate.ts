/** Lets at most so many actions run at once, where more than that are looked up. */
export class RunGate {
  readonly #isClosed: () => boolean;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** `isClosed`: nothing more may start. */
  constructor(width: number, isClosed: () => boolean) {
    this.#free = width;
    this.#isClosed = isClosed;
  }

  /** Undefined: when its turn came, the build was stopping. */
  async pass<T>(run: () => Promise<T>): Promise<T | undefined> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return this.#isClosed() ? undefined : await run();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
