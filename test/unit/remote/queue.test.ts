import { expect, it } from 'vitest';
import { digestBytes } from '../../../src/fingerprint/digest-bytes.ts';
import type { Operation } from '../../../src/protocol/execution.ts';
import { type ExecuteOptions, executeAction } from '../../../src/remote/execution/execute-action.ts';
import { QueuePatience } from '../../../src/remote/execution/queue-patience.ts';

const WIRE = { action: digestBytes(Buffer.from('action')), blobs: new Map() };
const ABOUT = { actionId: 'a', target: '//:a', mnemonic: 'Command' };
const RESULT = new Uint8Array([1]);

const at = (stage: number): Operation => ({
  name: 'operations/1',
  done: false,
  metadata: { stage, stdoutStream: '', stderrStream: '' },
});
const ended: Operation = {
  name: 'operations/1',
  done: true,
  response: { result: RESULT, cached: false, message: '', status: { code: 0, message: '' } },
};
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** An executor that says this, one after the other, until nobody listens. */
function saying(
  queue: QueuePatience,
  say: (signal: AbortSignal) => AsyncIterable<Operation>,
): { readonly options: ExecuteOptions; readonly cancelled: string[] } {
  const cancelled: string[] = [];
  const options: ExecuteOptions = {
    calls: {
      execute: (_action, _skip, _about, signal) => say(signal),
      wait: (_name, _about, signal) => say(signal),
      cancel: async (name) => void cancelled.push(name),
    },
    uploads: { ensure: async () => {}, forget: () => {} },
    sleep: async () => {},
    random: () => 0,
    queue,
  };
  return { options, cancelled };
}

const silence = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

const run = (options: ExecuteOptions) =>
  executeAction(WIRE, false, ABOUT, new AbortController().signal, options);

it('an action that stays in a queue which does not move is taken out of it', async () => {
  const { options, cancelled } = saying(new QueuePatience(30), async function* (signal) {
    yield at(2);
    await silence(signal);
  });
  await expect(run(options)).rejects.toMatchObject({
    kind: 'given-up',
    message: 'nothing moved in its queue for 0 s',
  });
  expect(cancelled).toEqual(['operations/1']);
});

it('one that runs is waited for, however long', async () => {
  const { options, cancelled } = saying(new QueuePatience(30), async function* () {
    yield at(2);
    yield at(3);
    await pause(120);
    yield ended;
  });
  expect(await run(options)).toEqual({ kind: 'ended', result: RESULT, cached: false });
  expect(cancelled).toEqual([]);
});

it('one that waits is waited for while others begin or end', async () => {
  const queue = new QueuePatience(60_000);
  let stuck = 0;
  const unwatch = queue.watch(() => stuck++);
  queue.moved();
  unwatch();
  const { options } = saying(new QueuePatience(Number.POSITIVE_INFINITY), async function* () {
    yield at(2);
    await pause(50);
    yield ended;
  });
  expect(await run(options)).toEqual({ kind: 'ended', result: RESULT, cached: false });
  expect(stuck).toBe(0);
});
