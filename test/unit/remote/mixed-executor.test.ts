import { describe, expect, it } from 'vitest';
import type {
  ExecutionEnd,
  ExecutionOutcome,
  ExecutionRequest,
  Executor,
} from '../../../src/ports/executor.ts';
import { atMost } from '../../../src/remote/execution/at-most.ts';
import { mixedExecutor, type RemoteStrategy } from '../../../src/remote/execution/mixed-executor.ts';
import type { RemoteOutcome } from '../../../src/remote/execution/remote-executor.ts';
import { RemoteFault } from '../../../src/remote/fault.ts';

const request: ExecutionRequest = {
  id: 'a',
  argv: ['true'],
  env: {},
  inputs: [],
  outputs: [],
  tools: [],
  network: false,
  keepOnFailure: false,
  remote: {
    target: '//:a',
    mnemonic: 'Command',
    fresh: false,
    mayStay: false,
    wire: () => {
      throw new Error('nobody asks for it here');
    },
  },
};

/** One side of the mix: it ends when the test says so, or when nobody wants it any more. */
function side() {
  const seen = { runs: 0, released: 0, aborted: false };
  const ends: ((end: ExecutionEnd) => void)[] = [];
  const run = (signal: AbortSignal): Promise<ExecutionOutcome> =>
    new Promise((resolve) => {
      seen.runs++;
      const end = (how: ExecutionEnd): void =>
        resolve({
          end: how,
          outputRoot: '',
          undeclared: [],
          wallMs: 1,
          release: () => void seen.released++,
        });
      ends.push(end);
      signal.addEventListener('abort', () => {
        seen.aborted = true;
        end({ kind: 'cancelled' });
      });
    });
  return { seen, run, end: (how: ExecutionEnd) => ends.shift()?.(how) };
}

function mix(strategy: RemoteStrategy, answer?: RemoteOutcome, kind: Executor['kind'] = 'bubblewrap') {
  const [here, there] = [side(), side()];
  const fallbacks: string[] = [];
  const executor = mixedExecutor({
    local: { kind, run: (_, signal) => here.run(signal), close: async () => {} },
    remote: {
      run: async (_, __, signal) => answer ?? { kind: 'outcome', outcome: await there.run(signal) },
    },
    strategy,
    name: 'grpc://cluster',
    onFallback: ({ message }) => void fallbacks.push(message),
  });
  return { here, there, executor, fallbacks };
}

const ok: ExecutionEnd = { kind: 'exited', code: 0 };
const away: RemoteOutcome = { kind: 'not-there', why: new RemoteFault('unreachable', 'no connection') };
const signal = new AbortController().signal;

describe('a race', () => {
  it('is won by whoever ends first, and the other is ended and let go', async () => {
    for (const winner of ['here', 'there'] as const) {
      const { executor, ...sides } = mix('race');
      const loser = winner === 'here' ? sides.there : sides.here;
      const racing = executor.run(request, signal);
      sides[winner].end(ok);
      expect((await racing).end).toEqual(ok);
      expect(loser.seen).toEqual({ runs: 1, released: 1, aborted: true });
      expect(sides[winner].seen).toMatchObject({ released: 0 });
    }
  });

  it('is won by a failure too: it is an answer', async () => {
    const { executor, there } = mix('race');
    const racing = executor.run(request, signal);
    there.end({ kind: 'exited', code: 3 });
    expect((await racing).end).toEqual({ kind: 'exited', code: 3 });
  });

  it('is not won by who could not run at all', async () => {
    const { executor, here, there } = mix('race');
    const racing = executor.run(request, signal);
    here.end({ kind: 'sandbox-failed', message: 'no' });
    there.end(ok);
    expect((await racing).end).toEqual(ok);
    const { executor: alone, here: only, fallbacks } = mix('race', away);
    const waiting = alone.run(request, signal);
    only.end(ok);
    expect((await waiting).end).toEqual(ok);
    expect(fallbacks).toEqual(['no connection']);
  });

  it('ends on both sides when the build is stopped', async () => {
    const stop = new AbortController();
    const { executor, here, there } = mix('race');
    const racing = executor.run(request, stop.signal);
    stop.abort();
    expect((await racing).end).toEqual({ kind: 'cancelled' });
    expect([here.seen.aborted, there.seen.aborted]).toEqual([true, true]);
  });

  it('is none where both would write in place', async () => {
    const { executor, here, there } = mix('race', undefined, 'off');
    const running = executor.run(request, signal);
    there.end(ok);
    await running;
    expect(here.seen.runs).toBe(0);
  });
});

describe('what cannot be had there', () => {
  it('runs here', async () => {
    const { executor, here, fallbacks } = mix('auto', away);
    const running = executor.run(request, signal);
    await Promise.resolve();
    here.end(ok);
    expect((await running).end).toEqual(ok);
    expect(fallbacks).toEqual(['no connection']);
  });

  it('does not run where it must run there', async () => {
    const { executor, here } = mix('remote', away);
    expect((await executor.run(request, signal)).end).toMatchObject({ kind: 'not-run' });
    expect(here.seen.runs).toBe(0);
  });

  it('is never asked of another machine if it must not leave', async () => {
    const { remote: _, ...kept } = request;
    for (const strategy of ['auto', 'remote', 'race'] as const) {
      const { executor, here, there } = mix(strategy);
      const running = executor.run(kept, signal);
      here.end(ok);
      await running;
      expect(there.seen.runs).toBe(0);
    }
  });
});

describe('at most so many at once', () => {
  it('are run, the others in their order; who is not wanted any more does not wait', async () => {
    const here = side();
    const narrow = atMost(1, { kind: 'staged', run: (_, s) => here.run(s), close: async () => {} });
    const leaving = new AbortController();
    const [first, second, third] = [
      narrow.run(request, signal),
      narrow.run(request, leaving.signal),
      narrow.run(request, signal),
    ];
    leaving.abort();
    expect((await second).end).toEqual({ kind: 'cancelled' });
    expect(here.seen.runs).toBe(1);
    here.end(ok);
    await first;
    await new Promise((resolve) => setImmediate(resolve));
    expect(here.seen.runs).toBe(2);
    here.end(ok);
    expect((await third).end).toEqual(ok);
  });
});
