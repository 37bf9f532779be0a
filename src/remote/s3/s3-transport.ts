import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { Digest } from '../../model/digest.ts';
import { isStorageFailure } from '../../ports/storage-failure.ts';
import { type FaultKind, RemoteFault } from '../fault.ts';
import { limited } from '../limited.ts';
import { scopedPath } from '../scope.ts';
import { type Chunks, PATIENCE, type Transport } from '../transport.ts';

export interface S3Options {
  readonly bucket: string;
  /** Before `cas/` and `ac/`. */
  readonly prefix: string;
  /** A result that is there is never replaced, by whomever it was stored. */
  readonly appendOnly: boolean;
}

const REQUESTS_AT_ONCE = 32;

/** No honest result comes near. */
const MAX_RESULT = 64 * 1024 * 1024;

/**
 * Objects in a bucket, laid out as over HTTP. The client itself knows where credentials, region and endpoint come from: the
 * environment, the user's configuration, the machine's role.
 */
export class S3Transport implements Transport {
  readonly #appendOnly: boolean;
  readonly #bucket: string;
  readonly #blobs: string;
  readonly #prefix: string;
  readonly #client: S3Client;
  readonly #slot = limited(REQUESTS_AT_ONCE);

  constructor({ bucket, prefix, appendOnly }: S3Options) {
    this.#appendOnly = appendOnly;
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#blobs = scopedPath(prefix, 'cas/');
    const { env } = process;
    // Its word on versions of Node to come would stand in the middle of a build's output.
    env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
    this.#client = new S3Client({
      // Stores that are not Amazon's seldom have a host name for each bucket.
      forcePathStyle: Boolean(env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL']),
      region: env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
      maxAttempts: 1,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: PATIENCE.connectMs, socketTimeout: PATIENCE.answerMs },
    });
  }

  getResult({ hash }: Digest, scope: string): Promise<Uint8Array | undefined> {
    return this.#get(this.#resultKey(hash, scope), (chunks) => collect(chunks, MAX_RESULT));
  }

  async putResult({ hash }: Digest, message: Uint8Array, scope: string): Promise<void> {
    const object = { Bucket: this.#bucket, Key: this.#resultKey(hash, scope), Body: message };
    await this.#ask(async () => {
      try {
        await this.#client.send(
          new PutObjectCommand(this.#appendOnly ? { ...object, IfNoneMatch: '*' } : object),
        );
      } catch (error) {
        if (statusOf(error) !== 412) throw error;
      }
    });
  }

  async missing(digests: readonly Digest[]): Promise<readonly Digest[]> {
    const there = await Promise.all(digests.map((digest) => this.#has(digest)));
    return digests.filter((_, i) => there[i] === false);
  }

  read({ hash, size }: Digest): Promise<Uint8Array | undefined> {
    return this.#get(this.#blobs + hash, (chunks) => collect(chunks, size));
  }

  download<T>({ hash }: Digest, take: (chunks: Chunks) => Promise<T>): Promise<T | undefined> {
    return this.#get(this.#blobs + hash, take);
  }

  write(digest: Digest, bytes: Uint8Array): Promise<void> {
    return this.#put(digest, () => bytes);
  }

  upload(digest: Digest, path: string): Promise<void> {
    return this.#put(digest, () =>
      createReadStream(path, { end: digest.size - 1, highWaterMark: 256 * 1024 }),
    );
  }

  close(): void {
    this.#client.destroy();
  }

  #resultKey(hash: string, scope: string): string {
    return scopedPath(scopedPath(this.#prefix, scope), `ac/${hash}`);
  }

  /** The store is told the hash, and refuses what does not have it. */
  async #put(
    { hash, size }: Digest,
    body: () => Uint8Array | ReturnType<typeof createReadStream>,
  ): Promise<void> {
    await this.#ask(() =>
      this.#client.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key: this.#blobs + hash,
          Body: body(),
          ContentLength: size,
          ChecksumSHA256: Buffer.from(hash, 'hex').toString('base64'),
        }),
      ),
    );
  }

  async #has({ hash, size }: Digest): Promise<boolean> {
    const there = await this.#ask(() =>
      orAbsent(this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: this.#blobs + hash }))),
    );
    return there?.ContentLength === size;
  }

  #get<T>(key: string, use: (chunks: Chunks) => Promise<T>): Promise<T | undefined> {
    return this.#ask(async () => {
      const answer = await orAbsent(
        this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key })),
      );
      return answer?.Body && use(pieces(answer.Body));
    });
  }

  #ask<T>(call: () => Promise<T>): Promise<T> {
    return this.#slot(async () => {
      try {
        return await call();
      } catch (error) {
        throw error instanceof RemoteFault || isStorageFailure(error) ? error : toFault(error);
      }
    });
  }
}

async function orAbsent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (statusOf(error) === 404 && !(error instanceof Error && error.name === 'NoSuchBucket'))
      return undefined;
    throw error;
  }
}

async function* pieces(body: unknown): Chunks {
  if (!(body instanceof Readable)) throw new RemoteFault('damaged', 'no bytes in the answer');
  for await (const chunk of body) if (chunk instanceof Uint8Array) yield chunk;
}

async function collect(chunks: Chunks, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limit) throw new RemoteFault('damaged', 'it sent more than was asked for');
    parts.push(chunk);
  }
  return new Uint8Array(Buffer.concat(parts));
}

const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

/** Never the client's own words as a whole: they may quote what was sent. */
function toFault(error: unknown): RemoteFault {
  const status = statusOf(error);
  const name = error instanceof Error ? error.name : 'error';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new RemoteFault(
    kindOf(status, name, code),
    [status ?? '', name, code].filter(Boolean).join(' '),
    error,
  );
}

function kindOf(status: number | undefined, name: string, code: string): FaultKind {
  if (name === 'TimeoutError') return code === '' ? 'unreachable' : 'timeout';
  if (/^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(code)) return 'unreachable';
  if (name === 'CredentialsProviderError' || status === 401 || status === 403 || status === 404)
    return 'refused';
  if (status === 429 || status === 503 || status === 507) return 'busy';
  return status !== undefined && status >= 400 && status < 500 ? 'unwanted' : 'broken';
}
