import { demand, readDigest, writeDigest } from '../fingerprint/reapi/digest.ts';
import type { WireReader } from '../fingerprint/wire-reader.ts';
import type { WireWriter } from '../fingerprint/wire-writer.ts';
import type { Digest } from '../model/digest.ts';
import { type Codec, codec, copyOf, totalSize } from './codec.ts';
import { type RpcStatus, readStatus, writeStatus } from './status.ts';

export interface FindMissingRequest {
  readonly instance: string;
  readonly digests: readonly Digest[];
}

/** FindMissingBlobsRequest { instance_name 1, blob_digests 2 }. */
export const findMissingRequest: Codec<FindMissingRequest> = codec({
  name: 'FindMissingBlobsRequest',
  size: ({ digests }) => totalSize(digests),
  write(writer, { instance, digests }) {
    writer.text(1, instance);
    for (const digest of digests) writeDigest(writer, 2, digest);
  },
  read(reader) {
    let instance = '';
    const digests: Digest[] = [];
    while (reader.next()) {
      if (reader.field === 1) instance = reader.text();
      else if (reader.field === 2) digests.push(readDigest(reader));
    }
    return { instance, digests };
  },
});

/** FindMissingBlobsResponse { missing_blob_digests 2 }. */
export const findMissingResponse: Codec<{ readonly missing: readonly Digest[] }> = codec({
  name: 'FindMissingBlobsResponse',
  size: ({ missing }) => totalSize(missing),
  write(writer, { missing }) {
    for (const digest of missing) writeDigest(writer, 2, digest);
  },
  read(reader) {
    const missing: Digest[] = [];
    while (reader.next()) if (reader.field === 2) missing.push(readDigest(reader));
    return { missing };
  },
});

export interface BatchBlob {
  /** Of the bytes as they are when they are not compressed. */
  readonly digest: Digest;
  readonly data: Uint8Array;
  readonly compressor: number;
}

export interface BatchUpdateRequest {
  readonly instance: string;
  readonly blobs: readonly BatchBlob[];
}

/** BatchUpdateBlobsRequest { instance_name 1, requests 2 { digest 1, data 2, compressor 3 } }. */
export const batchUpdateRequest: Codec<BatchUpdateRequest> = codec({
  name: 'BatchUpdateBlobsRequest',
  size: ({ blobs }) => dataSize(blobs),
  write(writer, { instance, blobs }) {
    writer.text(1, instance);
    for (const blob of blobs) {
      const start = writer.open(2);
      writeDigest(writer, 1, blob.digest);
      writer.bytes(2, blob.data);
      writer.number(3, blob.compressor);
      writer.close(start);
    }
  },
  read(reader) {
    let instance = '';
    const blobs: BatchBlob[] = [];
    while (reader.next()) {
      if (reader.field === 1) instance = reader.text();
      else if (reader.field === 2) blobs.push(readUpdate(reader));
    }
    return { instance, blobs };
  },
});

function readUpdate(parent: WireReader): BatchBlob {
  const reader = parent.message();
  let digest: Digest | undefined;
  let data: Uint8Array = new Uint8Array();
  let compressor = 0;
  while (reader.next()) {
    if (reader.field === 1) digest = readDigest(reader);
    else if (reader.field === 2) data = copyOf(reader.bytes());
    else if (reader.field === 3) compressor = reader.number();
  }
  return { digest: demand(reader, digest), data, compressor };
}

export interface BlobStatus {
  /** Not all servers say of which blob they speak: then it is that of the request at the same place. */
  readonly digest?: Digest;
  readonly status: RpcStatus;
}

/** BatchUpdateBlobsResponse { responses 1 { digest 1, status 2 } }. */
export const batchUpdateResponse: Codec<{ readonly responses: readonly BlobStatus[] }> = codec({
  name: 'BatchUpdateBlobsResponse',
  write(writer, { responses }) {
    for (const { digest, status } of responses) {
      const start = writer.open(1);
      if (digest) writeDigest(writer, 1, digest);
      writeStatus(writer, 2, status);
      writer.close(start);
    }
  },
  read(reader) {
    const responses: BlobStatus[] = [];
    while (reader.next()) if (reader.field === 1) responses.push(readBlobStatus(reader));
    return { responses };
  },
});

const GOOD: RpcStatus = { code: 0, message: '' };

function readBlobStatus(parent: WireReader): BlobStatus {
  const reader = parent.message();
  let digest: Digest | undefined;
  let status = GOOD;
  while (reader.next()) {
    if (reader.field === 1) digest = readDigest(reader);
    else if (reader.field === 2) status = readStatus(reader);
  }
  return { ...(digest && { digest }), status };
}

export interface BatchReadRequest {
  readonly instance: string;
  readonly digests: readonly Digest[];
  readonly compressors: readonly number[];
}

/** BatchReadBlobsRequest { instance_name 1, digests 2, acceptable_compressors 3 }. */
export const batchReadRequest: Codec<BatchReadRequest> = codec({
  name: 'BatchReadBlobsRequest',
  size: ({ digests }) => totalSize(digests),
  write(writer, { instance, digests, compressors }) {
    writer.text(1, instance);
    for (const digest of digests) writeDigest(writer, 2, digest);
    if (compressors.length > 0) writer.bytes(3, Uint8Array.from(compressors));
  },
  read(reader) {
    let instance = '';
    const digests: Digest[] = [];
    const compressors: number[] = [];
    while (reader.next()) {
      if (reader.field === 1) instance = reader.text();
      else if (reader.field === 2) digests.push(readDigest(reader));
      else if (reader.field === 3) compressors.push(...reader.numbers());
    }
    return { instance, digests, compressors };
  },
});

export interface ReadBlob extends BatchBlob {
  readonly status: RpcStatus;
}

/** BatchReadBlobsResponse { responses 1 { digest 1, data 2, status 3, compressor 4 } }. */
export const batchReadResponse: Codec<{ readonly responses: readonly ReadBlob[] }> = codec({
  name: 'BatchReadBlobsResponse',
  size: ({ responses }) => dataSize(responses),
  write(writer, { responses }) {
    for (const blob of responses) writeRead(writer, blob);
  },
  read(reader) {
    const responses: ReadBlob[] = [];
    while (reader.next()) if (reader.field === 1) responses.push(readRead(reader));
    return { responses };
  },
});

function writeRead(writer: WireWriter, blob: ReadBlob): void {
  const start = writer.open(1);
  writeDigest(writer, 1, blob.digest);
  if (blob.data.length > 0) writer.bytes(2, blob.data);
  writeStatus(writer, 3, blob.status);
  writer.number(4, blob.compressor);
  writer.close(start);
}

function readRead(parent: WireReader): ReadBlob {
  const reader = parent.message();
  let digest: Digest | undefined;
  let data: Uint8Array = new Uint8Array();
  let status = GOOD;
  let compressor = 0;
  while (reader.next()) {
    if (reader.field === 1) digest = readDigest(reader);
    else if (reader.field === 2) data = copyOf(reader.bytes());
    else if (reader.field === 3) status = readStatus(reader);
    else if (reader.field === 4) compressor = reader.number();
  }
  return { digest: demand(reader, digest), data, status, compressor };
}

const dataSize = (blobs: readonly BatchBlob[]): number =>
  blobs.reduce((sum, blob) => sum + blob.data.length + 160, 128);

export interface GetTreeRequest {
  readonly instance: string;
  readonly root: Digest;
  readonly pageSize: number;
  readonly pageToken: string;
}

/** GetTreeRequest { instance_name 1, root_digest 2, page_size 3, page_token 4 }. */
export const getTreeRequest: Codec<GetTreeRequest> = codec({
  name: 'GetTreeRequest',
  write(writer, request) {
    writer.text(1, request.instance);
    writeDigest(writer, 2, request.root);
    writer.number(3, request.pageSize);
    writer.text(4, request.pageToken);
  },
  read(reader) {
    let [instance, pageSize, pageToken] = ['', 0, ''];
    let root: Digest | undefined;
    while (reader.next()) {
      if (reader.field === 1) instance = reader.text();
      else if (reader.field === 2) root = readDigest(reader);
      else if (reader.field === 3) pageSize = Math.max(0, reader.signed());
      else if (reader.field === 4) pageToken = reader.text();
    }
    return { instance, root: demand(reader, root), pageSize, pageToken };
  },
});

/** Directory messages as they are. */
export interface GetTreeResponse {
  readonly directories: readonly Uint8Array[];
  readonly nextPageToken: string;
}

/** GetTreeResponse { directories 1, next_page_token 2 }. */
export const getTreeResponse: Codec<GetTreeResponse> = codec({
  name: 'GetTreeResponse',
  write(writer, { directories, nextPageToken }) {
    for (const directory of directories) writer.bytes(1, directory);
    writer.text(2, nextPageToken);
  },
  read(reader) {
    const directories: Uint8Array[] = [];
    let nextPageToken = '';
    while (reader.next()) {
      if (reader.field === 1) directories.push(copyOf(reader.bytes()));
      else if (reader.field === 2) nextPageToken = reader.text();
    }
    return { directories, nextPageToken };
  },
});
