import { getActionResultRequest, updateActionResultRequest } from './action-cache.ts';
import {
  batchReadRequest,
  batchReadResponse,
  batchUpdateRequest,
  batchUpdateResponse,
  findMissingRequest,
  findMissingResponse,
  getTreeRequest,
  getTreeResponse,
} from './blobs.ts';
import {
  queryWriteStatusRequest,
  queryWriteStatusResponse,
  readRequest,
  readResponse,
  writeRequest,
  writeResponse,
} from './byte-stream.ts';
import { getCapabilitiesRequest, serverCapabilities } from './capabilities.ts';
import { type Codec, rawMessage } from './codec.ts';
import { emptyMessage, executeRequest, operation, operationName } from './execution.ts';

/** One call, in the form that @grpc/grpc-js takes for clients and servers alike. */
interface Method<Request, Response> {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly requestSerialize: (value: Request) => Buffer;
  readonly requestDeserialize: (bytes: Buffer) => Request;
  readonly responseSerialize: (value: Response) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

function method<Request, Response>(
  path: string,
  request: Codec<Request>,
  response: Codec<Response>,
  stream: 'none' | 'request' | 'response' = 'none',
): Method<Request, Response> {
  return {
    path,
    requestStream: stream === 'request',
    responseStream: stream === 'response',
    requestSerialize: request.encode,
    requestDeserialize: request.decode,
    responseSerialize: response.encode,
    responseDeserialize: response.decode,
  };
}

const REAPI = '/build.bazel.remote.execution.v2';

export const capabilitiesService = {
  GetCapabilities: method(
    `${REAPI}.Capabilities/GetCapabilities`,
    getCapabilitiesRequest,
    serverCapabilities,
  ),
};

/** Results go over it as they are: ActionResult messages. */
export const actionCacheService = {
  GetActionResult: method(`${REAPI}.ActionCache/GetActionResult`, getActionResultRequest, rawMessage),
  UpdateActionResult: method(
    `${REAPI}.ActionCache/UpdateActionResult`,
    updateActionResultRequest,
    rawMessage,
  ),
};

const EXECUTION = `${REAPI}.Execution`;

export const executionService = {
  Execute: method(`${EXECUTION}/Execute`, executeRequest, operation, 'response'),
  WaitExecution: method(`${EXECUTION}/WaitExecution`, operationName, operation, 'response'),
};

export const operationsService = {
  CancelOperation: method('/google.longrunning.Operations/CancelOperation', operationName, emptyMessage),
};

const CAS = `${REAPI}.ContentAddressableStorage`;

export const casService = {
  FindMissingBlobs: method(`${CAS}/FindMissingBlobs`, findMissingRequest, findMissingResponse),
  BatchUpdateBlobs: method(`${CAS}/BatchUpdateBlobs`, batchUpdateRequest, batchUpdateResponse),
  BatchReadBlobs: method(`${CAS}/BatchReadBlobs`, batchReadRequest, batchReadResponse),
  GetTree: method(`${CAS}/GetTree`, getTreeRequest, getTreeResponse, 'response'),
};

const STREAM = '/google.bytestream.ByteStream';

export const byteStreamService = {
  Read: method(`${STREAM}/Read`, readRequest, readResponse, 'response'),
  Write: method(`${STREAM}/Write`, writeRequest, writeResponse, 'request'),
  QueryWriteStatus: method(`${STREAM}/QueryWriteStatus`, queryWriteStatusRequest, queryWriteStatusResponse),
};
