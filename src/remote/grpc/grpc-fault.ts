import { type ServiceError, status } from '@grpc/grpc-js';
import { type FaultKind, RemoteFault } from '../fault.ts';

const KINDS: Readonly<Record<number, FaultKind>> = {
  [status.DEADLINE_EXCEEDED]: 'timeout',
  [status.UNAUTHENTICATED]: 'refused',
  [status.PERMISSION_DENIED]: 'refused',
  [status.UNIMPLEMENTED]: 'refused',
  [status.RESOURCE_EXHAUSTED]: 'busy',
  [status.INVALID_ARGUMENT]: 'unwanted',
  [status.FAILED_PRECONDITION]: 'unwanted',
  [status.OUT_OF_RANGE]: 'unwanted',
};

export const toFault = (error: ServiceError): RemoteFault =>
  new RemoteFault(KINDS[error.code] ?? 'broken', wordsOf(error.code, error.details), error);

export function wordsOf(code: number, details: string): string {
  const name = (status[code] ?? String(code)).toLowerCase().replaceAll('_', ' ');
  return details === '' ? name : `${name}: ${details.slice(0, 300)}`;
}

/** What grpc throws, whichever way it comes. */
export const isServiceError = (error: unknown): error is ServiceError =>
  error instanceof Error && 'code' in error && typeof error.code === 'number' && 'details' in error;

export const isNotFound = (error: unknown): boolean =>
  isServiceError(error) && error.code === status.NOT_FOUND;

export const isUnimplemented = (error: unknown): boolean =>
  error instanceof RemoteFault && isServiceError(error.cause) && error.cause.code === status.UNIMPLEMENTED;
