import type { ExecutionOutcome, Executor } from '../../ports/executor.ts';

/** The same executor for at most so many actions at once. Who is not wanted any more does not wait for its turn. */
export function atMost(width: number, inner: Executor): Executor {
  const waiting = new Set<() => void>();
  let free = width;
  const turn = (signal: AbortSignal): Promise<boolean> => {
    if (signal.aborted) return Promise.resolve(false);
    if (free > 0) {
      free--;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const come = (): void => {
        signal.removeEventListener('abort', leave);
        resolve(true);
      };
      const leave = (): void => {
        waiting.delete(come);
        resolve(false);
      };
      waiting.add(come);
      signal.addEventListener('abort', leave, { once: true });
    });
  };
  const pass = (): void => {
    const [next] = waiting;
    if (!next) {
      free++;
      return;
    }
    waiting.delete(next);
    next();
  };
  return {
    kind: inner.kind,
    async run(request, signal) {
      if (!(await turn(signal))) return NOT_WANTED;
      try {
        return await inner.run(request, signal);
      } finally {
        pass();
      }
    },
    warm: () => inner.warm?.(),
    close: () => inner.close(),
  };
}

const NOT_WANTED: ExecutionOutcome = {
  end: { kind: 'cancelled' },
  outputRoot: '/nonexistent',
  undeclared: [],
  wallMs: 0,
  release: () => {},
};
