/** How long a queue may stand still. While any action of this build begins or ends there, it moves, and all others wait on. */
export class QueuePatience {
  readonly #waitMs: number;
  #movedAt = performance.now();

  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  get seconds(): number {
    return Math.round(this.#waitMs / 1000);
  }

  moved(): void {
    this.#movedAt = performance.now();
  }

  /** For one that waits there; returns how to stop. */
  watch(onStuck: () => void): () => void {
    if (!Number.isFinite(this.#waitMs)) return () => {};
    const began = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const look = (): void => {
      const left = Math.max(began, this.#movedAt) + this.#waitMs - performance.now();
      if (left <= 0) onStuck();
      else timer = setTimeout(look, Math.ceil(left));
    };
    look();
    return () => clearTimeout(timer);
  }
}
