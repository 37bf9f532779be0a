import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { digestBytes } from '../fingerprint/digest-bytes.ts';
import type { Digest } from '../model/digest.ts';
import type { ActionLog } from '../model/record.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { ExecutionOutcome } from '../ports/executor.ts';
import type { LogKeeper } from './services.ts';

/** What an action printed, as it is kept whole. */
export interface KeptStreams {
  readonly stdout?: Digest;
  readonly stderr?: Digest;
}

type Streams = Pick<ExecutionOutcome, 'stdout' | 'stderr'>;

/** Longer streams are never in memory as a whole. */
const SMALL = 256 * 1024;
/** The end is where the reason stands. */
const TAIL = 64 * 1024;

/** The end of each stream, to be shown. */
export function readTails({ stdout, stderr }: Streams): ActionLog {
  const [out, err] = [readTail(stdout), readTail(stderr)];
  const omitted = out.omitted + err.omitted > 0 ? { stdout: out.omitted, stderr: err.omitted } : undefined;
  return { stdout: out.bytes, stderr: err.bytes, ...(omitted ? { omitted } : {}) };
}

export function keepStreams({ stdout, stderr }: Streams, logs: LogKeeper): KeptStreams {
  return {
    ...(stdout === undefined ? {} : { stdout: keep(stdout, logs).digest }),
    ...(stderr === undefined ? {} : { stderr: keep(stderr, logs).digest }),
  };
}

/** Kept, and in the cache as well; `trouble` is told when that cannot be written. */
export async function storeStreams(
  { stdout, stderr }: Streams,
  logs: LogKeeper,
  blobs: BlobStore,
  trouble: (error: unknown) => void,
): Promise<KeptStreams> {
  const store = async (path: string): Promise<Digest> => {
    const kept = keep(path, logs);
    try {
      if (kept.bytes) await blobs.put(kept.bytes);
      else await blobs.putFile(kept.path, kept.digest);
    } catch (error) {
      trouble(error);
    }
    return kept.digest;
  };
  return {
    ...(stdout === undefined ? {} : { stdout: await store(stdout) }),
    ...(stderr === undefined ? {} : { stderr: await store(stderr) }),
  };
}

type Kept =
  | { readonly digest: Digest; readonly bytes: Uint8Array }
  | { readonly digest: Digest; readonly bytes?: undefined; readonly path: string };

function keep(path: string, logs: LogKeeper): Kept {
  const bytes = readSmall(path);
  if (bytes === undefined) return logs.keepFile(path);
  const digest = digestBytes(bytes);
  logs.keep(digest, bytes);
  return { digest, bytes };
}

function readSmall(path: string): Uint8Array | undefined {
  const fd = openSync(path, 'r');
  try {
    return fstatSync(fd).size <= SMALL ? readFileSync(fd) : undefined;
  } finally {
    closeSync(fd);
  }
}

function readTail(path: string | undefined): { readonly bytes: Uint8Array; readonly omitted: number } {
  if (path === undefined) return { bytes: new Uint8Array(), omitted: 0 };
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const start = Math.max(0, size - TAIL);
    const buffer = Buffer.alloc(size - start);
    const bytes = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, start));
    const skipped = start === 0 ? 0 : startOfText(bytes);
    return { bytes: bytes.subarray(skipped), omitted: start + skipped };
  } finally {
    closeSync(fd);
  }
}

/** The first whole line; where there is but one, the first whole character. */
function startOfText(bytes: Uint8Array): number {
  const line = bytes.indexOf(0x0a) + 1;
  if (line > 0 && line < bytes.length) return line;
  const whole = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return Math.max(0, whole);
}
