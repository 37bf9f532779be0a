import { closeSync, read } from 'node:fs';

/** A blob that is read in pieces. It stays readable when it is evicted meanwhile. */
export interface OutgoingBlob {
  readonly size: number;
  /** The whole of it, where it is in memory already. */
  readonly bytes?: Buffer;
  /** Fills `into` from the blob's byte `at` on; fewer bytes come only at its end. */
  read(into: Buffer, at: number): Promise<number>;
  close(): void;
}

export const outgoingBytes = (bytes: Buffer): OutgoingBlob => ({
  size: bytes.length,
  bytes,
  read: async (into, at) => bytes.copy(into, 0, at),
  close: () => {},
});

export function outgoingFile(fd: number, size: number): OutgoingBlob {
  let open = true;
  return {
    size,
    read: (into, at) => readFully(fd, into, at),
    close() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

export async function readFully(fd: number, into: Buffer, at: number): Promise<number> {
  let filled = 0;
  while (filled < into.length) {
    const count = await readSome(fd, into, filled, at + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

const readSome = (fd: number, into: Buffer, offset: number, at: number): Promise<number> =>
  new Promise((resolve, reject) =>
    read(fd, into, offset, into.length - offset, at, (error, count) =>
      error ? reject(error) : resolve(count),
    ),
  );
