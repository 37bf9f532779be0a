import { createHash } from 'node:crypto';
import type { Digest } from '../../model/digest.ts';
import { readFully } from './outgoing-blob.ts';

const CHUNK = 1024 * 1024;

/** Whether an open file is what its digest says. Others are served between its chunks. */
export async function hashMatches(fd: number, digest: Digest): Promise<boolean> {
  const hasher = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK);
  let at = 0;
  for (;;) {
    const count = await readFully(fd, chunk, at).catch(() => undefined);
    if (count === undefined) return false;
    hasher.update(chunk.subarray(0, count));
    at += count;
    if (count < CHUNK || at > digest.size) return at === digest.size && hasher.digest('hex') === digest.hash;
  }
}
