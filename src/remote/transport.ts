import type { Digest } from '../model/digest.ts';

/** Pieces of a blob as they arrive. */
export type Chunks = AsyncIterable<Uint8Array>;

/**
 * A remote cache as its protocol has it. Nothing is checked here: whoever uses it hashes what comes. What goes wrong is thrown
 * as a RemoteFault; what is not there is undefined.
 */
export interface Transport {
  /** An ActionResult message, by the digest of the Action. `scope`: a part of the remote for results; none has the empty name. */
  getResult(action: Digest, scope: string): Promise<Uint8Array | undefined>;
  putResult(action: Digest, message: Uint8Array, scope: string): Promise<void>;
  missing(digests: readonly Digest[]): Promise<readonly Digest[]>;
  /** A small blob. */
  read(digest: Digest): Promise<Uint8Array | undefined>;
  /** A blob of any size. `take` may be called again, from the start. */
  download<T>(digest: Digest, take: (chunks: Chunks) => Promise<T>): Promise<T | undefined>;
  write(digest: Digest, bytes: Uint8Array): Promise<void>;
  /** A blob of any size out of a file. */
  upload(digest: Digest, path: string): Promise<void>;
  /** What has to be there before anybody is called, and takes its time here: code, credentials. */
  prepare?(): Promise<void>;
  close(): void;
}

/** Above this, bytes go in pieces, to or from a file. */
export const SMALL_BLOB = 256 * 1024;

export interface Patience {
  /** How long an answer may take. */
  readonly answerMs: number;
  /** How long it may take to be connected. */
  readonly connectMs: number;
}

export const PATIENCE: Patience = { answerMs: 3000, connectMs: 1000 };

/** What is slower than this is no help. */
const SLOWEST_BYTES_PER_MS = 1024;

/** How long it may take to move so many bytes. */
export const transferMs = (bytes: number, { answerMs }: Patience): number =>
  answerMs + bytes / SLOWEST_BYTES_PER_MS;
