import { ok } from '../../base/result.ts';
import { parseWriteName } from '../../protocol/resource-name.ts';
import { byteStreamService } from '../../protocol/services.ts';
import { STATUS } from '../../protocol/status.ts';
import type { CacheService } from '../cache-service.ts';
import { DecompressedBlob } from '../decompressed-blob.ts';
import type { IncomingBlob } from '../store/arrival.ts';
import { arrivalStatus } from './arrival-status.ts';
import { namedBlob } from './blob-name.ts';
import type { GrpcCall } from './call.ts';
import type { Receiver } from './handler.ts';
import { permitContents } from './permit.ts';
import { type Reply, refuse } from './status.ts';

const { Write } = byteStreamService;

/** One ByteStream.Write: a blob that comes in many messages. */
export class BlobReceiver implements Receiver {
  readonly #service: CacheService;
  readonly #call: GrpcCall;
  #upload:
    | { readonly resource: string; readonly blob: IncomingBlob; readonly timer: NodeJS.Timeout }
    | undefined;
  #received = 0;
  #finished = false;

  constructor(service: CacheService, call: GrpcCall) {
    this.#service = service;
    this.#call = call;
  }

  message(bytes: Buffer): Promise<void> | undefined {
    if (this.#call.isOver) return undefined;
    const { resource, offset, finish, data } = Write.requestDeserialize(bytes);
    if (this.#upload === undefined && !this.#open(resource)) return undefined;
    const upload = this.#upload;
    if (upload === undefined) return undefined;
    if (this.#finished) return this.#fail(refuse('invalidArgument', 'more came after the end'));
    if (resource !== '' && resource !== upload.resource)
      return this.#fail(refuse('invalidArgument', 'another name in the middle of an upload'));
    if (offset !== this.#received)
      return this.#fail(refuse('invalidArgument', `expected offset ${this.#received}`));
    this.#received += data.length;
    this.#service.count.received('grpc', data.length);
    const busy = data.length > 0 ? upload.blob.write(data) : undefined;
    if (upload.blob.refusal !== undefined)
      return this.#fail({ ok: false, error: arrivalStatus(upload.blob.refusal) });
    this.#finished = finish;
    return finish ? this.#finish(upload.blob, busy) : busy;
  }

  end(): void {
    if (!this.#finished) this.#fail(refuse('invalidArgument', 'the upload ended early'));
  }

  abort(): void {
    clearTimeout(this.#upload?.timer);
    if (!this.#finished) this.#upload?.blob.abort();
  }

  /** False: the call has its answer already. */
  #open(resource: string): boolean {
    const named = namedBlob(parseWriteName(resource));
    if (!named.ok) return this.#answer(named);
    const { instance, digest } = named.value;
    const permitted = permitContents(this.#service, this.#call, instance, 'write');
    if (!permitted.ok) return this.#answer(permitted);
    const { blobs } = this.#service.store;
    // How many bytes it would have been, compressed, nobody knows.
    if (blobs.has(digest)) return this.#answer(committed(named.value.zstd ? -1 : digest.size));
    const incoming = blobs.receive(digest);
    const blob = named.value.zstd ? new DecompressedBlob(incoming) : incoming;
    if (blob.refusal !== undefined) return this.#answer({ ok: false, error: arrivalStatus(blob.refusal) });
    const timer = setTimeout(
      () => this.#fail(refuse('deadlineExceeded', 'too slow')),
      this.#service.patience.uploadMs(digest.size),
    );
    this.#upload = { resource, blob, timer };
    return true;
  }

  async #finish(blob: IncomingBlob, busy: Promise<void> | undefined): Promise<void> {
    await busy;
    clearTimeout(this.#upload?.timer);
    const status = arrivalStatus(await blob.finish());
    this.#call.reply(status.code === STATUS.ok ? committed(this.#received) : { ok: false, error: status });
  }

  #fail(reply: Reply<Buffer>): undefined {
    this.abort();
    this.#answer(reply);
  }

  #answer(reply: Reply<Buffer> | Reply<unknown>): false {
    if (!reply.ok) this.#call.end(reply.error);
    else if (Buffer.isBuffer(reply.value)) this.#call.reply(ok(reply.value));
    return false;
  }
}

const committed = (bytes: number): Reply<Buffer> => ok(Write.responseSerialize({ committed: bytes }));
