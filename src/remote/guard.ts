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
  /** So many failures in a row, and the remote is left alone … */
  readonly failures: number;
  /** … for so long; then one call may try. */
  readonly restMs: number;
  /** How often it may come back before it is given up for good. */
  readonly returns: number;
  readonly now: () => number;
  readonly onFault: (fault: RemoteFault) => void;
}

export const CAREFUL = { failures: 4, restMs: 5000, returns: 2, now: Date.now } as const;

/** What fails again and again is not asked any more, so that it costs a moment and not a moment each time. */
export function breaking(inner: Transport, options: BreakerOptions): Transport {
  let failures = 0;
  let openUntil = 0;
  let returns = 0;
  const trip = (): void => {
    openUntil = returns >= options.returns ? Number.POSITIVE_INFINITY : options.now() + options.restMs;
    returns++;
    failures = 0;
  };
  return around(inner, async (call) => {
    if (options.now() < openUntil) throw new RemoteFault('given-up', 'it failed before and is left alone');
    const began = returns;
    try {
      const value = await call();
      failures = 0;
      return value;
    } catch (error) {
      if (!isRemoteFault(error)) throw error;
      options.onFault(error);
      if (error.kind === 'unwanted') throw error;
      failures++;
      // Calls that began before it was left alone say nothing new.
      if (began === returns && (isHopeless(error) || failures >= options.failures)) trip();
      throw error;
    }
  });
}

/** Nobody there, or somebody that says no: the next call would fare no better. */
const isHopeless = ({ kind }: RemoteFault): boolean => kind === 'unreachable' || kind === 'refused';
