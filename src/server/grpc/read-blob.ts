import type { Writable } from 'node:stream';
import { parseReadName } from '../../protocol/resource-name.ts';
import { byteStreamService } from '../../protocol/services.ts';
import { type RpcStatus, STATUS } from '../../protocol/status.ts';
import { createCompressor } from '../../protocol/zstd.ts';
import type { CacheService } from '../cache-service.ts';
import { drained } from '../drained.ts';
import type { OutgoingBlob } from '../store/outgoing-blob.ts';
import { namedBlob } from './blob-name.ts';
import type { GrpcCall } from './call.ts';
import type { Handler } from './handler.ts';
import { permitContents } from './permit.ts';

/** What one message carries. */
const PIECE = 256 * 1024;

export const readHandler = (service: CacheService): Handler => ({
  kind: 'streaming',
  async run(bytes, call) {
    const request = byteStreamService.Read.requestDeserialize(bytes);
    const named = namedBlob(parseReadName(request.resource));
    if (!named.ok) return named.error;
    const { instance, digest } = named.value;
    const permitted = permitContents(service, call, instance, 'read');
    if (!permitted.ok) return permitted.error;
    const { offset, limit } = request;
    if (offset < 0 || offset > digest.size) return { code: STATUS.outOfRange, message: 'no such offset' };
    if (named.value.zstd && limit !== 0)
      return { code: STATUS.invalidArgument, message: 'compressed, there is no limit' };
    if (limit < 0) return { code: STATUS.invalidArgument, message: 'no such limit' };
    const blob = await service.store.blobs.open(digest);
    if (blob === undefined) return { code: STATUS.notFound, message: 'no such blob' };
    try {
      const end = limit === 0 ? digest.size : Math.min(digest.size, offset + limit);
      if (named.value.zstd) return await sendCompressed(service, blob, call, offset);
      return await sendRange(service, blob, call, offset, end);
    } finally {
      blob.close();
    }
  },
});

/** Each piece is read to its place behind the heads of its message, so that nothing is copied. */
async function sendRange(
  service: CacheService,
  blob: OutgoingBlob,
  call: GrpcCall,
  start: number,
  end: number,
): Promise<RpcStatus> {
  for (let at = start; at < end && !call.isOver; ) {
    const size = Math.min(PIECE, end - at);
    const head = pieceHead(size);
    const frame = Buffer.allocUnsafeSlow(head.length + size);
    frame.set(head);
    const count = await blob.read(frame.subarray(head.length), at);
    if (count < size) return { code: STATUS.dataLoss, message: 'the blob is damaged' };
    service.count.sent('grpc', size);
    at += size;
    await call.send(frame);
  }
  return { code: STATUS.ok, message: '' };
}

/** The offset is that of the plain bytes; what is sent is a stream of its own. */
async function sendCompressed(
  service: CacheService,
  blob: OutgoingBlob,
  call: GrpcCall,
  offset: number,
): Promise<RpcStatus> {
  const compressor = createCompressor();
  call.whenClosed(() => compressor.destroy());
  const fed = feed(blob, compressor, offset);
  try {
    for await (const data of compressor) {
      if (!(data instanceof Uint8Array)) continue;
      service.count.sent('grpc', data.length);
      await call.sendMessage(byteStreamService.Read.responseSerialize({ data }));
    }
    await fed;
    return { code: STATUS.ok, message: '' };
  } catch {
    return { code: STATUS.dataLoss, message: 'the blob is damaged' };
  }
}

async function feed(blob: OutgoingBlob, compressor: Writable, offset: number): Promise<void> {
  for (let at = offset; at < blob.size && !compressor.destroyed; ) {
    const piece = Buffer.allocUnsafeSlow(Math.min(PIECE, blob.size - at));
    const count = await blob.read(piece, at);
    if (count < piece.length) return void compressor.destroy(new Error('shorter than it was'));
    at += count;
    if (!compressor.write(piece)) await drained(compressor);
  }
  compressor.end();
}

/** ReadResponse { data 10 }: what stands before the data, gRPC's own five bytes first. */
function pieceHead(size: number): Uint8Array {
  const length: number[] = [];
  for (let rest = size; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) {
      length.push(rest);
      break;
    }
    length.push((rest % 128) + 128);
  }
  const head = Buffer.alloc(6 + length.length);
  head.writeUInt32BE(1 + length.length + size, 1);
  head[5] = 10 * 8 + 2;
  head.set(length, 6);
  return head;
}
