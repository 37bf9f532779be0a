import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestBytes } from '../../../src/fingerprint/digest-bytes.ts';
import { GrpcTransport } from '../../../src/remote/grpc/grpc-transport.ts';
import { type FakeRemote, Refusal, startFakeRemote } from '../../support/fake-remote.ts';

let remote: FakeRemote;
beforeAll(async () => {
  remote = await startFakeRemote();
});
afterAll(() => remote.close());

const LARGE = digestBytes(Buffer.alloc(3_000_000, 'large'));

/** Looks at what comes only when all of it has come. */
async function readLate(refusal: Refusal): Promise<unknown> {
  const transport = new GrpcTransport({ target: remote.grpc.slice(7), instance: '', headers: {} });
  remote.onRequest = (what) => {
    if (what === 'Read') throw refusal;
  };
  try {
    return await transport.download(LARGE, async (chunks) => {
      await pause(300);
      for await (const _ of chunks) throw new Error('nothing was to come');
      return 'whole';
    });
  } finally {
    transport.close();
  }
}

describe('a blob that is read by somebody who is slow', () => {
  it('is not there when the server said so before', async () => {
    expect(await readLate(new Refusal(404))).toBeUndefined();
  });

  it('is a fault when the server failed before', async () => {
    await expect(readLate(new Refusal(500))).rejects.toThrow('internal');
  });
});
