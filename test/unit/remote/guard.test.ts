import { describe, expect, it } from 'vitest';
import { digestBytes } from '../../../src/fingerprint/digest-bytes.ts';
import { type FaultKind, RemoteFault } from '../../../src/remote/fault.ts';
import { breaking, retrying } from '../../../src/remote/guard.ts';
import type { Transport } from '../../../src/remote/transport.ts';

const blob = digestBytes(Buffer.from('blob'));

/** Answers what the script says, one call after another: a fault, or bytes. */
function scripted(script: (FaultKind | 'ok')[]): { readonly transport: Transport; calls: () => number } {
  let calls = 0;
  const next = async (): Promise<never> => {
    const kind = script[calls++] ?? 'ok';
    if (kind !== 'ok') throw new RemoteFault(kind, kind);
    throw new Error('unused');
  };
  const read = async (): Promise<Uint8Array> => {
    const kind = script[calls++] ?? 'ok';
    if (kind !== 'ok') throw new RemoteFault(kind, kind);
    return Buffer.from('blob');
  };
  const transport: Transport = {
    getResult: next,
    putResult: next,
    missing: next,
    read,
    download: next,
    write: next,
    upload: next,
    close: () => {},
  };
  return { transport, calls: () => calls };
}

const outcome = (transport: Transport): Promise<string> =>
  transport.read(blob).then(
    () => 'ok',
    (error: unknown) => (error instanceof RemoteFault ? error.kind : String(error)),
  );

describe('retrying', () => {
  const pauses: number[] = [];
  const options = {
    attempts: 3,
    pauseMs: 100,
    random: () => 0.5,
    sleep: async (ms: number) => void pauses.push(ms),
  };

  it.each<[FaultKind[], string, number]>([
    [['broken'], 'ok', 2],
    [['busy', 'damaged'], 'ok', 3],
    [['broken', 'broken', 'broken'], 'broken', 3],
    [['unreachable'], 'unreachable', 1],
    [['timeout'], 'timeout', 1],
    [['refused'], 'refused', 1],
    [['unwanted'], 'unwanted', 1],
  ])('%j ends as %s after %i calls', async (script, end, count) => {
    const { transport, calls } = scripted(script);
    expect(await outcome(retrying(transport, options))).toBe(end);
    expect(calls()).toBe(count);
  });

  it('waits longer each time', async () => {
    pauses.length = 0;
    await outcome(retrying(scripted(['busy', 'busy', 'busy']).transport, options));
    expect(pauses).toEqual([100, 200]);
  });
});

describe('breaking', () => {
  const setup = (script: (FaultKind | 'ok')[]) => {
    let now = 0;
    const faults: string[] = [];
    const wait = (ms: number): void => {
      now += ms;
    };
    const { transport, calls } = scripted(script);
    const guarded = breaking(transport, {
      firstAnswerMs: 60_000,
      failures: 3,
      restMs: 1000,
      returns: 1,
      now: () => now,
      onFault: ({ kind }) => faults.push(kind),
    });
    return { ask: () => outcome(guarded), calls, faults, wait };
  };

  it('leaves alone what fails three times in a row', async () => {
    const { ask, calls, faults } = setup(['broken', 'broken', 'ok', 'broken', 'broken', 'broken']);
    for (let i = 0; i < 6; i++) await ask();
    expect(await ask()).toBe('given-up');
    expect(calls()).toBe(6);
    expect(faults).toHaveLength(5);
  });

  it('leaves alone at once what is not there or says no', async () => {
    for (const kind of ['unreachable', 'refused'] as const) {
      const { ask, calls } = setup([kind]);
      await ask();
      expect(await ask()).toBe('given-up');
      expect(calls()).toBe(1);
    }
  });

  it('asks again after a rest, and gives up for good when that fails too', async () => {
    const { ask, wait } = setup(['ok', 'unreachable', 'unreachable', 'ok']);
    await ask();
    await ask();
    expect(await ask()).toBe('given-up');
    wait(1001);
    expect(await ask()).toBe('unreachable');
    wait(1e9);
    expect(await ask()).toBe('given-up');
  });

  it('never comes back to what has never answered', async () => {
    const { ask, wait, calls } = setup(['unreachable', 'ok']);
    await ask();
    wait(1e9);
    expect(await ask()).toBe('given-up');
    expect(calls()).toBe(1);
  });

  it('goes on with what has recovered, which one call finds out', async () => {
    const { ask, wait } = setup(['ok', 'unreachable', 'ok', 'ok']);
    await ask();
    await ask();
    wait(1001);
    expect(await Promise.all([ask(), ask()])).toEqual(['ok', 'given-up']);
    expect(await ask()).toBe('ok');
  });

  it('lets nobody wait for somebody who has never answered', async () => {
    const pending: Transport = { ...scripted([]).transport, read: () => new Promise(() => {}) };
    const faults: string[] = [];
    const guarded = breaking(pending, {
      firstAnswerMs: 1,
      failures: 99,
      restMs: 60_000,
      returns: 0,
      now: Date.now,
      onFault: ({ kind }) => faults.push(kind),
    });
    const ends = await Promise.all([outcome(guarded), outcome(guarded), outcome(guarded)]);
    expect(ends).toEqual(['timeout', 'given-up', 'given-up']);
    expect(await outcome(guarded)).toBe('given-up');
    expect(faults).toEqual(['timeout']);
  });

  it('does not count what is refused for its own sake', async () => {
    const { ask } = setup(['unwanted', 'unwanted', 'unwanted', 'unwanted', 'ok']);
    for (let i = 0; i < 4; i++) await ask();
    expect(await ask()).toBe('ok');
  });
});
