import { demand, readDigest, writeDigest } from '../fingerprint/reapi/digest.ts';
import type { WireReader } from '../fingerprint/wire-reader.ts';
import type { WireWriter } from '../fingerprint/wire-writer.ts';
import type { Digest } from '../model/digest.ts';
import { type Codec, codec, copyOf } from './codec.ts';
import { type RpcStatus, readStatus, writeStatus } from './status.ts';

export interface ExecuteRequest {
  readonly instance: string;
  readonly actionDigest: Digest;
  /** Run it although a result is known. */
  readonly skipCache: boolean;
}

/** ExecuteRequest { instance_name 1, skip_cache_lookup 3, action_digest 6 }. */
export const executeRequest: Codec<ExecuteRequest> = codec({
  name: 'ExecuteRequest',
  write(writer, request) {
    writer.text(1, request.instance);
    writer.flag(3, request.skipCache);
    writeDigest(writer, 6, request.actionDigest);
  },
  read(reader) {
    let [instance, skipCache] = ['', false];
    let digest: Digest | undefined;
    while (reader.next()) {
      if (reader.field === 1) instance = reader.text();
      else if (reader.field === 3) skipCache = reader.flag();
      else if (reader.field === 6) digest = readDigest(reader);
    }
    return { instance, skipCache, actionDigest: demand(reader, digest) };
  },
});

/** WaitExecutionRequest and CancelOperationRequest alike: { name 1 }. */
export const operationName: Codec<{ readonly name: string }> = codec({
  name: 'WaitExecutionRequest',
  write: (writer, { name }) => writer.text(1, name),
  read(reader) {
    let name = '';
    while (reader.next()) if (reader.field === 1) name = reader.text();
    return { name };
  },
});

export const emptyMessage: Codec<object> = codec({
  name: 'Empty',
  write: () => {},
  read(reader) {
    while (reader.next());
    return {};
  },
});

export interface ExecuteMetadata {
  /** ExecutionStage: 2 queued, 3 executing, 4 completed. */
  readonly stage: number;
  /** Names of ByteStreams that grow while it runs; empty: none are offered. */
  readonly stdoutStream: string;
  readonly stderrStream: string;
}

export interface ExecuteResponse {
  /** An ActionResult message. */
  readonly result?: Uint8Array;
  readonly cached: boolean;
  readonly status: RpcStatus;
  /** For people. */
  readonly message: string;
}

/** How an action is doing, and in the end what became of it. */
export interface Operation {
  readonly name: string;
  readonly metadata?: ExecuteMetadata;
  readonly done: boolean;
  readonly error?: RpcStatus;
  readonly response?: ExecuteResponse;
}

/** ExecutionStage.Value: it waits for a worker. Greater ones come after. */
export const STAGE_QUEUED = 2;

const REAPI_TYPE = 'type.googleapis.com/build.bazel.remote.execution.v2';
const METADATA_TYPE = `${REAPI_TYPE}.ExecuteOperationMetadata`;
const RESPONSE_TYPE = `${REAPI_TYPE}.ExecuteResponse`;

/** google.longrunning.Operation { name 1, metadata 2, done 3, error 4, response 5 }. */
export const operation: Codec<Operation> = codec({
  name: 'Operation',
  size: ({ response }) => (response?.result?.length ?? 0) + 512,
  write(writer, { name, metadata, done, error, response }) {
    writer.text(1, name);
    if (metadata) writeAny(writer, 2, METADATA_TYPE, (inner) => writeMetadata(inner, metadata));
    writer.flag(3, done);
    if (error) writeStatus(writer, 4, error);
    if (response) writeAny(writer, 5, RESPONSE_TYPE, (inner) => writeResponse(inner, response));
  },
  read(reader) {
    const found: { -readonly [K in keyof Operation]: Operation[K] } = { name: '', done: false };
    while (reader.next()) {
      if (reader.field === 1) found.name = reader.text();
      else if (reader.field === 2) {
        const metadata = readAny(reader, METADATA_TYPE, readMetadata);
        if (metadata) found.metadata = metadata;
      } else if (reader.field === 3) found.done = reader.flag();
      else if (reader.field === 4) found.error = readStatus(reader);
      else if (reader.field === 5) {
        const response = readAny(reader, RESPONSE_TYPE, readResponse);
        if (response) found.response = response;
      }
    }
    return found;
  },
});

/** google.protobuf.Any { type_url 1, value 2 }. */
function writeAny(
  writer: WireWriter,
  field: number,
  type: string,
  write: (writer: WireWriter) => void,
): void {
  const any = writer.open(field);
  writer.text(1, type);
  const value = writer.open(2);
  write(writer);
  writer.close(value);
  writer.close(any);
}

/** Undefined: it holds something else. */
function readAny<T>(parent: WireReader, wanted: string, read: (reader: WireReader) => T): T | undefined {
  const any = parent.message();
  let type = '';
  let value: WireReader | undefined;
  while (any.next()) {
    if (any.field === 1) type = any.text();
    else if (any.field === 2) value = any.message();
  }
  return type === wanted && value ? read(value) : undefined;
}

/** ExecuteOperationMetadata { stage 1, stdout_stream_name 3, stderr_stream_name 4 }. */
function writeMetadata(writer: WireWriter, metadata: ExecuteMetadata): void {
  writer.number(1, metadata.stage);
  writer.text(3, metadata.stdoutStream);
  writer.text(4, metadata.stderrStream);
}

function readMetadata(reader: WireReader): ExecuteMetadata {
  let [stage, stdoutStream, stderrStream] = [0, '', ''];
  while (reader.next()) {
    if (reader.field === 1) stage = reader.number();
    else if (reader.field === 3) stdoutStream = reader.text();
    else if (reader.field === 4) stderrStream = reader.text();
  }
  return { stage, stdoutStream, stderrStream };
}

/** ExecuteResponse { result 1, cached_result 2, status 3, message 5 }. */
function writeResponse(writer: WireWriter, response: ExecuteResponse): void {
  if (response.result) writer.bytes(1, response.result);
  writer.flag(2, response.cached);
  writeStatus(writer, 3, response.status);
  writer.text(5, response.message);
}

function readResponse(reader: WireReader): ExecuteResponse {
  const found: { -readonly [K in keyof ExecuteResponse]: ExecuteResponse[K] } = {
    cached: false,
    status: { code: 0, message: '' },
    message: '',
  };
  while (reader.next()) {
    if (reader.field === 1) found.result = copyOf(reader.bytes());
    else if (reader.field === 2) found.cached = reader.flag();
    else if (reader.field === 3) found.status = readStatus(reader);
    else if (reader.field === 5) found.message = reader.text();
  }
  return found;
}
