import { randomUUID } from 'node:crypto';
import type { Digest } from '../../model/digest.ts';
import type { BatchBlob } from '../../protocol/blobs.ts';
import { COMPRESSOR, DIGEST_SHA256, type ServerCapabilities } from '../../protocol/capabilities.ts';
import { readName, writeName } from '../../protocol/resource-name.ts';
import { actionCacheService, capabilitiesService, casService } from '../../protocol/services.ts';
import { STATUS } from '../../protocol/status.ts';
import { decompress, hasZstd } from '../../protocol/zstd.ts';
import { coalesce } from '../coalesce.ts';
import { RemoteFault } from '../fault.ts';
import { gather } from '../gather.ts';
import { isWorthPacking, packedBytes } from '../packed.ts';
import { scopedPath } from '../scope.ts';
import { type Chunks, type Transport, transferMs } from '../transport.ts';
import { readStream, writeStream } from './byte-stream-calls.ts';
import { Channel, type ChannelOptions } from './channel.ts';
import { isNotFound, isUnimplemented, wordsOf } from './grpc-fault.ts';
import { writePacked } from './packed-upload.ts';

export interface GrpcOptions extends ChannelOptions {
  readonly instance: string;
  /** Blobs may travel compressed, where both ends can. */
  readonly compresses?: boolean;
}

/** Below what servers take that tell no limit, with room for what frames the bytes. */
const BATCH_BYTES = 3 * 1024 * 1024;
const BATCH_BLOBS = 1000;
const DIGESTS_AT_ONCE = 10_000;
const BATCHES_AT_ONCE = 4;

/** A cache that speaks the Remote Execution API. */
export class GrpcTransport implements Transport {
  readonly #channel: Channel;
  readonly #instance: string;
  readonly #mayCompress: boolean;
  /** What the server takes and gives compressed. */
  #packs = { streams: false, batches: false };
  #capabilities: Promise<ServerCapabilities> | undefined;
  #batchBytes = BATCH_BYTES;
  #noBatches = false;
  readonly #read = coalesce({
    send: (digests: readonly Digest[]) => this.#readBatch(digests),
    maxItems: BATCH_BLOBS,
    maxSize: () => this.#batchBytes,
    concurrency: BATCHES_AT_ONCE,
  });
  readonly #write = coalesce({
    send: (blobs: readonly SmallBlob[]) => this.#writeBatch(blobs),
    maxItems: BATCH_BLOBS,
    maxSize: () => this.#batchBytes,
    concurrency: BATCHES_AT_ONCE,
  });

  constructor(options: GrpcOptions) {
    this.#channel = new Channel(options);
    this.#instance = options.instance;
    this.#mayCompress = options.compresses === true && hasZstd();
  }

  async getResult(actionDigest: Digest, scope: string): Promise<Uint8Array | undefined> {
    await this.#agree();
    const request = { instance: scopedPath(this.#instance, scope), actionDigest };
    return this.#unlessMissing(
      this.#channel.unary(actionCacheService.GetActionResult, request, undefined, {
        actionId: actionDigest.hash,
      }),
    );
  }

  async putResult(actionDigest: Digest, result: Uint8Array, scope: string): Promise<void> {
    const { cache } = await this.#agree();
    if (cache?.updateEnabled === false) throw new RemoteFault('unwanted', 'it takes no results');
    const request = { instance: scopedPath(this.#instance, scope), actionDigest, result };
    await this.#channel.unary(actionCacheService.UpdateActionResult, request, undefined, {
      actionId: actionDigest.hash,
    });
  }

  async missing(digests: readonly Digest[]): Promise<readonly Digest[]> {
    await this.#agree();
    const found: Digest[] = [];
    for (let at = 0; at < digests.length; at += DIGESTS_AT_ONCE) {
      const request = { instance: this.#instance, digests: digests.slice(at, at + DIGESTS_AT_ONCE) };
      found.push(...(await this.#channel.unary(casService.FindMissingBlobs, request)).missing);
    }
    return found;
  }

  async read(digest: Digest): Promise<Uint8Array | undefined> {
    await this.#agree();
    if (this.#noBatches) return this.download(digest, gather);
    let answer: BlobAnswer | undefined;
    try {
      answer = await this.#read(digest, digest.size + PER_BLOB);
    } catch (error) {
      if (!isUnimplemented(error)) throw error;
      // Some, Bazel's own among them, give out blobs one at a time only.
      this.#noBatches = true;
      return this.download(digest, gather);
    }
    if (answer === undefined) throw new RemoteFault('broken', 'a blob was left out of an answer');
    if (answer.code === STATUS.notFound) return undefined;
    if (answer.code !== STATUS.ok) throw statusFault(answer);
    return answer.data;
  }

  async download<T>(digest: Digest, take: (chunks: Chunks) => Promise<T>): Promise<T | undefined> {
    await this.#agree();
    const zstd = this.#packs.streams;
    const resource = readName({ instance: this.#instance, digest, zstd });
    return readStream(this.#channel, resource, digest.size, take, zstd);
  }

  async write(digest: Digest, bytes: Uint8Array): Promise<void> {
    const { cache } = await this.#agree();
    if (cache && cache.maxBlobBytes > 0 && digest.size > cache.maxBlobBytes) throw tooLarge(digest);
    const answer = await this.#write({ digest, bytes }, bytes.length + PER_BLOB);
    if (answer && answer.code !== STATUS.ok) throw statusFault(answer);
  }

  async upload(digest: Digest, path: string): Promise<void> {
    const { cache } = await this.#agree();
    if (cache && cache.maxBlobBytes > 0 && digest.size > cache.maxBlobBytes) throw tooLarge(digest);
    const zstd = this.#packs.streams && (await isWorthPacking(path));
    const resource = writeName({ instance: this.#instance, digest, zstd }, randomUUID());
    await (zstd ? writePacked : writeStream)(this.#channel, resource, digest.size, path);
  }

  close(): void {
    this.#channel.close();
  }

  /** What the server can do is asked once, before anything else. */
  #agree(): Promise<ServerCapabilities> {
    this.#capabilities ??= this.#ask().catch((error: unknown) => {
      this.#capabilities = undefined;
      throw error;
    });
    return this.#capabilities;
  }

  async #ask(): Promise<ServerCapabilities> {
    const capabilities = await this.#channel.unary(capabilitiesService.GetCapabilities, {
      instance: this.#instance,
    });
    const { cache } = capabilities;
    if (!cache) throw new RemoteFault('refused', 'it is no cache');
    if (!cache.digestFunctions.includes(DIGEST_SHA256))
      throw new RemoteFault('refused', 'it does not name blobs by SHA-256');
    this.#packs = {
      streams: this.#mayCompress && cache.compressors.includes(COMPRESSOR.zstd),
      batches: this.#mayCompress && cache.batchCompressors.includes(COMPRESSOR.zstd),
    };
    if (cache.maxBatchBytes > 0) this.#batchBytes = Math.min(BATCH_BYTES, cache.maxBatchBytes);
    return capabilities;
  }

  async #readBatch(digests: readonly Digest[]): Promise<(digest: Digest) => BlobAnswer | undefined> {
    const unique = [...new Map(digests.map((d) => [nameOf(d), d])).values()];
    const { responses } = await this.#channel.unary(
      casService.BatchReadBlobs,
      {
        instance: this.#instance,
        digests: unique,
        compressors: this.#packs.streams ? [COMPRESSOR.zstd] : [],
      },
      transferMs(sum(unique), this.#channel.patience),
    );
    const answers = new Map<string, BlobAnswer>();
    for (const { digest, status, data, compressor } of responses)
      answers.set(nameOf(digest), { ...status, data: this.#plain(digest, data, compressor) });
    return (digest) => answers.get(nameOf(digest));
  }

  async #writeBatch(blobs: readonly SmallBlob[]): Promise<(blob: SmallBlob) => BlobAnswer | undefined> {
    const unique = [...new Map(blobs.map((blob) => [nameOf(blob.digest), blob])).values()];
    const { responses } = await this.#channel.unary(
      casService.BatchUpdateBlobs,
      {
        instance: this.#instance,
        blobs: unique.map((blob) => this.#packed(blob)),
      },
      transferMs(sum(unique.map(({ digest }) => digest)), this.#channel.patience),
    );
    const answers = new Map<string, BlobAnswer>();
    for (const [index, { digest = unique[index]?.digest, status }] of responses.entries())
      if (digest) answers.set(nameOf(digest), status);
    return ({ digest }) => answers.get(nameOf(digest));
  }

  #packed({ digest, bytes }: SmallBlob): BatchBlob {
    const data = this.#packs.batches ? packedBytes(bytes) : undefined;
    if (data === undefined) return { digest, data: bytes, compressor: COMPRESSOR.identity };
    return { digest, data, compressor: COMPRESSOR.zstd };
  }

  #plain(digest: Digest, data: Uint8Array, compressor: number): Uint8Array {
    if (compressor === COMPRESSOR.identity) return data;
    const plain =
      compressor === COMPRESSOR.zstd && this.#packs.streams ? decompress(data, digest.size) : undefined;
    if (plain === undefined) throw new RemoteFault('damaged', 'it compressed unasked, or not well');
    return plain;
  }

  async #unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
    try {
      return await call;
    } catch (error) {
      if (error instanceof RemoteFault && isNotFound(error.cause)) return undefined;
      throw error;
    }
  }
}

interface SmallBlob {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
}

interface BlobAnswer {
  readonly code: number;
  readonly message: string;
  readonly data?: Uint8Array;
}

/** What a batch needs for each beside its bytes. */
const PER_BLOB = 160;

const nameOf = ({ hash, size }: Digest): string => `${hash}/${size}`;

const sum = (digests: readonly Digest[]): number => digests.reduce((total, { size }) => total + size, 0);

const tooLarge = ({ size }: Digest): RemoteFault =>
  new RemoteFault('unwanted', `it takes no blob of ${size} bytes`);

function statusFault({ code, message }: BlobAnswer): RemoteFault {
  const kind =
    code === STATUS.resourceExhausted
      ? 'busy'
      : code === STATUS.invalidArgument || code === STATUS.failedPrecondition
        ? 'unwanted'
        : 'broken';
  return new RemoteFault(kind, wordsOf(code, message));
}
