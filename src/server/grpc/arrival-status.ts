import { type RpcStatus, STATUS } from '../../protocol/status.ts';
import type { Arrival } from '../store/arrival.ts';

/** What became of a blob, as a status. */
export const arrivalStatus = (arrival: Arrival): RpcStatus => STATUSES[arrival];

const good: RpcStatus = { code: STATUS.ok, message: '' };

const STATUSES: Readonly<Record<Arrival, RpcStatus>> = {
  stored: good,
  present: good,
  'too-large': { code: STATUS.invalidArgument, message: 'larger than this server takes' },
  'wrong-size': { code: STATUS.invalidArgument, message: 'not as many bytes as the digest says' },
  'wrong-hash': { code: STATUS.invalidArgument, message: 'not the bytes that the digest says' },
  full: { code: STATUS.resourceExhausted, message: 'no room left' },
  broken: { code: STATUS.internal, message: 'could not be written' },
};
