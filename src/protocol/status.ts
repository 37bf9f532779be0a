import type { WireReader } from '../fingerprint/wire-reader.ts';
import type { WireWriter } from '../fingerprint/wire-writer.ts';

/** The numbers of gRPC's status codes that have a meaning here. */
export const STATUS = {
  ok: 0,
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  outOfRange: 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  dataLoss: 15,
  unauthenticated: 16,
} as const;

export interface RpcStatus {
  readonly code: number;
  readonly message: string;
}

/** google.rpc.Status { code 1, message 2 }. */
export function writeStatus(writer: WireWriter, field: number, status: RpcStatus): void {
  const start = writer.open(field);
  writer.number(1, status.code);
  writer.text(2, status.message);
  writer.close(start);
}

export function readStatus(parent: WireReader): RpcStatus {
  const reader = parent.message();
  let [code, message] = [0, ''];
  while (reader.next()) {
    if (reader.field === 1) code = reader.number();
    else if (reader.field === 2) message = reader.text();
  }
  return { code, message };
}
