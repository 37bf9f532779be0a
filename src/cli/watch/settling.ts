import { monotonicMs } from '../../base/clock.ts';
import { isMany, stillToWait } from '../../engine/watch/quiet.ts';
import type { WatchHint } from '../../ports/folder-watcher.ts';
import { isGitBusy } from './git-busy.ts';
import { EVERYTHING, HintBag, type Hints } from './hint-bag.ts';

/** Holds hints until no more come, and what was put by while a build ran. */
export class Settling {
  readonly #root: string;
  readonly #onQuiet: () => void;
  readonly #bag = new HintBag();
  #timer: NodeJS.Timeout | undefined;
  #putBy: Hints[] = [];
  #heardAt: number | undefined;

  constructor(root: string, onQuiet: () => void) {
    this.#root = root;
    this.#onQuiet = onQuiet;
  }

  add(hint: WatchHint): void {
    this.#bag.add(hint, monotonicMs());
  }

  /** Nothing was heard that nobody has looked into to the end. */
  get isEmpty(): boolean {
    return this.#bag.isEmpty && this.#putBy.length === 0;
  }

  wait(): void {
    const rest = Math.max(this.#stillToWait(), this.#bag.isEmpty ? 0 : this.#gitDelay());
    this.stop();
    this.#timer = setTimeout(() => {
      if (this.#stillToWait() > 0 || this.#gitDelay() > 0) this.wait();
      else this.#onQuiet();
    }, rest);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** For a look in the middle of a build; they are looked into again when it has ended. */
  putBy(): Hints {
    const hints = this.#bag.take();
    this.#putBy.push(hints);
    return hints;
  }

  takeAll(): readonly Hints[] {
    if (!this.#bag.isEmpty) this.#heardAt = this.#bag.burst.firstAt;
    const hints = [...this.#putBy, this.#bag.take()];
    this.#putBy = [];
    return hints.some((one) => one.isAll) ? [EVERYTHING] : hints;
  }

  /** When the first hint came of those that were taken; now, if there was none. */
  takeHeardAt(): number {
    const heardAt = this.#heardAt ?? monotonicMs();
    this.#heardAt = undefined;
    return heardAt;
  }

  #stillToWait(): number {
    return stillToWait(this.#bag.burst, monotonicMs());
  }

  /** A checkout of many files says itself when it is done. */
  #gitDelay(): number {
    const { burst } = this.#bag;
    const waited = monotonicMs() - burst.firstAt;
    return isMany(burst) && waited < GIT_LONGEST_MS && isGitBusy(this.#root) ? GIT_LOOK_MS : 0;
  }
}

const GIT_LOOK_MS = 40;
const GIT_LONGEST_MS = 3000;
