import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestBytes } from '../../../src/fingerprint/digest-bytes.ts';
import { getActionResultRequest, updateActionResultRequest } from '../../../src/protocol/action-cache.ts';
import {
  batchReadRequest,
  batchReadResponse,
  batchUpdateRequest,
  batchUpdateResponse,
  findMissingRequest,
  findMissingResponse,
  getTreeRequest,
  getTreeResponse,
} from '../../../src/protocol/blobs.ts';
import {
  CHUNK_BYTES,
  queryWriteStatusRequest,
  queryWriteStatusResponse,
  readRequest,
  readResponse,
  writeRequest,
  writeResponse,
} from '../../../src/protocol/byte-stream.ts';
import {
  COMPRESSOR,
  DIGEST_SHA256,
  getCapabilitiesRequest,
  serverCapabilities,
} from '../../../src/protocol/capabilities.ts';
import { type Codec, DamagedMessage } from '../../../src/protocol/codec.ts';
import { METADATA_HEADER, requestMetadata } from '../../../src/protocol/request-metadata.ts';
import { STATUS } from '../../../src/protocol/status.ts';

const a = digestBytes(Buffer.from('a'));
const b = digestBytes(Buffer.from('bb'));
const bytes = (text: string): Buffer => Buffer.from(text);
const status = { code: STATUS.notFound, message: 'not here' };
const cache = {
  digestFunctions: [DIGEST_SHA256],
  updateEnabled: true,
  maxBatchBytes: 4_000_000,
  maxBlobBytes: 2 ** 40,
  compressors: [COMPRESSOR.zstd],
  batchCompressors: [COMPRESSOR.identity, COMPRESSOR.zstd],
};
const metadata = {
  tool: 'recomp',
  toolVersion: '1',
  actionId: a.hash,
  invocationId: 'i',
  mnemonic: 'Cc',
  target: '//a',
};

/** One value of every message, with nothing left at its default. */
const MESSAGES: readonly (readonly [name: string, codec: Codec<unknown>, value: unknown])[] = [
  row('capabilities request', getCapabilitiesRequest, { instance: 'x' }),
  row('capabilities', serverCapabilities, {
    cache,
    execution: { enabled: true, digestFunctions: [1] },
    low: { major: 2, minor: 0 },
    high: { major: 2, minor: 3 },
  }),
  row('get result', getActionResultRequest, { instance: 'main', actionDigest: a }),
  row('update result', updateActionResultRequest, { instance: 'x', actionDigest: a, result: bytes('r') }),
  row('find missing', findMissingRequest, { instance: 'x', digests: [a, b] }),
  row('missing', findMissingResponse, { missing: [b] }),
  row('update blobs', batchUpdateRequest, {
    instance: 'x',
    blobs: [{ digest: a, data: bytes('a'), compressor: COMPRESSOR.zstd }],
  }),
  row('updated', batchUpdateResponse, { responses: [{ digest: a, status }] }),
  row('read blobs', batchReadRequest, { instance: 'x', digests: [a, b], compressors: [COMPRESSOR.zstd] }),
  row('read', batchReadResponse, { responses: [{ digest: a, data: bytes('a'), status, compressor: 1 }] }),
  row('get tree', getTreeRequest, { instance: 'x', root: a, pageSize: 3, pageToken: 'p' }),
  row('tree', getTreeResponse, { directories: [bytes('d'), bytes('e')], nextPageToken: 'n' }),
  row('read stream', readRequest, { resource: 'r', offset: 5, limit: 7 }),
  row('write', writeRequest, { resource: 'r', offset: 5, finish: true, data: bytes('data') }),
  row('written', writeResponse, { committed: 9 }),
  row('written before', writeResponse, { committed: -1 }),
  row('write status request', queryWriteStatusRequest, { resource: 'r' }),
  row('write status', queryWriteStatusResponse, { committed: 4, complete: true }),
  row('metadata', requestMetadata, metadata),
];

/** Bytes are bytes, in whatever kind of array. */
const plain = (value: unknown): unknown =>
  value instanceof Uint8Array
    ? Buffer.from(value).toString()
    : Array.isArray(value)
      ? value.map(plain)
      : value !== null && typeof value === 'object'
        ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]))
        : value;

function row<T>(name: string, codec: Codec<T>, value: T): readonly [string, Codec<unknown>, unknown] {
  const loose: Codec<unknown> = { encode: () => codec.encode(value), decode: codec.decode };
  return [name, loose, value];
}

describe('messages', () => {
  it.each(MESSAGES)('%s comes back as it was sent', (_name, codec, value) => {
    expect(plain(codec.decode(codec.encode(value)))).toEqual(plain(value));
  });

  it.each(MESSAGES)('%s: fields of a later version are passed over', (_name, codec, value) => {
    const later = Buffer.from([0xc2, 0x3e, 2, 1, 1, 0xc8, 0x3e, 5]);
    expect(plain(codec.decode(Buffer.concat([codec.encode(value), later])))).toEqual(plain(value));
  });

  it.each(MESSAGES)('%s: whatever comes, it is a value or a damaged message', (_name, codec) => {
    const outcome = (message: Uint8Array): string => {
      try {
        codec.decode(message);
        return 'value';
      } catch (error) {
        return error instanceof DamagedMessage ? 'damaged' : String(error);
      }
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (message) =>
        ['value', 'damaged'].includes(outcome(message)),
      ),
      { numRuns: 50 },
    );
  });

  it('keeps large blobs', () => {
    const data = new Uint8Array(CHUNK_BYTES).fill(7);
    expect(Buffer.compare(readResponse.decode(readResponse.encode({ data })).data, data)).toBe(0);
  });

  it('carries metadata in a header of bytes', () => {
    expect(METADATA_HEADER).toMatch(/^[a-z0-9.]+-bin$/);
  });

  it('takes numbers that are not packed, too', () => {
    const unpacked = Buffer.from([0x0a, 4, 0x08, 1, 0x08, 9]);
    expect(serverCapabilities.decode(unpacked).cache?.digestFunctions).toEqual([1, 9]);
  });

  it('takes the largest of all limits for none', () => {
    const most = Buffer.from([0x0a, 10, 0x40, ...new Array(8).fill(0xff), 0x7f]);
    expect(serverCapabilities.decode(most).cache?.maxBlobBytes).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('tells a negative offset from a damaged message', () => {
    const negative = Buffer.from([0x10, ...new Array(9).fill(0xff), 1]);
    expect(readRequest.decode(negative).offset).toBe(-1);
  });
});
