import { isPassing, isRemoteFault, RemoteFault } from './fault.ts';
import type { Transport } from './transport.ts';

type Around = <T>(call: () => Promise<T>) => Promise<T>;

/** The same transport with something around each call. */
function around(inner: Transport, wrap: Around): Transport {
  return {
    getResult: (action, scope) => wrap(() => inner.getResult(action, scope)),
    putResult: (action, message, scope) => wrap(() => inner.putResult(action, message, scope)),
    missing: (digests) => wrap(() => inner.missing(digests)),
    read: (digest) => wrap(() => inner.read(digest)),
    download: (digest, take) => wrap(() => inner.download(digest, take)),
    write: (digest, bytes) => wrap(() => inner.write(digest, bytes)),
    upload: (digest, path) => wrap(() => inner.upload(digest, path)),
    close: () => inner.close(),
  };
}

/** What has to be there first is waited for outside of all bounds on answers. */
export function prepared(inner: Transport, prepare: (() => Promise<void>) | undefined): Transport {
  let ready: Promise<void> | undefined;
  return around(inner, async (call) => {
    ready ??= prepare?.() ?? Promise.resolve();
    await ready;
    return call();
  });
}

export interface RetryOptions {
  readonly attempts: number;
  readonly pauseMs: number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

export const PATIENT: RetryOptions = {
  attempts: 3,
  pauseMs: 60,
  random: Math.random,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Tries again, a little later each time and not all at once, where that may help. */
export function retrying(inner: Transport, options: RetryOptions = PATIENT): Transport {
  return around(inner, async (call) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await call();
      } catch (error) {
        if (!isRemoteFault(error) || !isPassing(error) || attempt >= options.attempts) throw error;
        await options.sleep(options.pauseMs * 2 ** (attempt - 1) * (0.5 + options.random()));
      }
    }
  });
}

export interface BreakerOptions {
  /** Who has not answered once within this is not there. */
  readonly firstAnswerMs: number;
  /** So many failures in a row, and the remote is left alone … */
  readonly failures: number;
  /** … for so long; then one call may try. */
  readonly restMs: number;
  /** How often it may come back before it is given up for good. */
  readonly returns: number;
  readonly now: () => number;
  readonly onFault: (fault: RemoteFault) => void;
}

export const CAREFUL = { firstAnswerMs: 1500, failures: 4, restMs: 5000, returns: 2, now: Date.now } as const;

/** What fails again and again is not asked any more, so that it costs a moment and not a moment each time. */
export function breaking(inner: Transport, options: BreakerOptions): Transport {
  const breaker = new Breaker(options);
  return around(inner, (call) => breaker.pass(call));
}

class Breaker {
  readonly #options: BreakerOptions;
  /** Of calls that wait although nobody has ever answered. */
  readonly #hopeful = new Set<(fault: RemoteFault) => void>();
  #answered = false;
  /** It failed and has not yet shown that it is back: one call may try, the others go on without. */
  #suspected = false;
  #probing = false;
  #failures = 0;
  #openUntil = 0;
  #returns = 0;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  async pass<T>(call: () => Promise<T>): Promise<T> {
    if (this.#options.now() < this.#openUntil || this.#probing) throw givenUp();
    const began = this.#returns;
    this.#probing = this.#suspected;
    try {
      const value = await (this.#answered ? call() : this.#first(call));
      this.#answered = true;
      this.#suspected = false;
      this.#failures = 0;
      return value;
    } catch (error) {
      if (isRemoteFault(error)) this.#note(error, began);
      throw error;
    } finally {
      this.#probing = false;
    }
  }

  #note(fault: RemoteFault, began: number): void {
    if (fault.kind === 'given-up') return;
    this.#options.onFault(fault);
    if (fault.kind === 'unwanted') return;
    this.#failures++;
    const silent = fault.kind === 'timeout' && !this.#answered;
    // Calls that began before it was left alone say nothing new.
    if (began === this.#returns && (silent || isHopeless(fault) || this.#failures >= this.#options.failures))
      this.#trip();
  }

  #trip(): void {
    const { now, restMs, returns } = this.#options;
    const forGood = !this.#answered || this.#returns >= returns;
    this.#openUntil = forGood ? Number.POSITIVE_INFINITY : now() + restMs;
    this.#suspected = true;
    this.#returns++;
    this.#failures = 0;
    for (const giveUp of this.#hopeful) giveUp(givenUp());
  }

  /** As long as nobody has answered, all wait together, and not long. */
  #first<T>(call: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new RemoteFault('timeout', 'no answer')),
        this.#options.firstAnswerMs,
      );
      this.#hopeful.add(reject);
      void call()
        .then(resolve, reject)
        .finally(() => {
          clearTimeout(timer);
          this.#hopeful.delete(reject);
        });
    });
  }
}

const givenUp = (): RemoteFault => new RemoteFault('given-up', 'it failed before and is left alone');

/** Nobody there, or somebody that says no: the next call would fare no better. */
const isHopeless = ({ kind }: RemoteFault): boolean => kind === 'unreachable' || kind === 'refused';
