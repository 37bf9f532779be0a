import { createHash } from 'node:crypto';
import { digestBytes } from '../fingerprint/digest-bytes.ts';
import { type Digest, sameDigest } from '../model/digest.ts';
import { RemoteFault } from './fault.ts';
import type { Chunks, Transport } from './transport.ts';

/** Every byte that arrives is hashed; what is not what was asked for is a fault, and another try may fetch it whole. */
export function verifying(inner: Transport): Transport {
  return {
    getResult: (action, scope) => inner.getResult(action, scope),
    putResult: (action, message, scope) => inner.putResult(action, message, scope),
    missing: (digests) => inner.missing(digests),
    async read(digest) {
      const bytes = await inner.read(digest);
      if (bytes !== undefined && !sameDigest(digestBytes(bytes), digest)) throw lie(digest);
      return bytes;
    },
    download: (digest, take) => inner.download(digest, (chunks) => take(verified(chunks, digest))),
    write: (digest, bytes) => inner.write(digest, bytes),
    upload: (digest, path) => inner.upload(digest, path),
    close: () => inner.close(),
  };
}

async function* verified(chunks: Chunks, digest: Digest): Chunks {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > digest.size) throw lie(digest);
    hash.update(chunk);
    yield chunk;
  }
  if (size !== digest.size || hash.digest('hex') !== digest.hash) throw lie(digest);
}

const lie = ({ hash }: Digest): RemoteFault =>
  new RemoteFault('damaged', `other bytes than those asked for, ${hash.slice(0, 12)}…`);
