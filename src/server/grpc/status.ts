import type { Result } from '../../base/result.ts';
import { type RpcStatus, STATUS } from '../../protocol/status.ts';

/** What a call ends in: a message, or a status that says why there is none. */
export type Reply<T> = Result<T, RpcStatus>;

export const refuse = (
  code: keyof typeof STATUS,
  message: string,
): { readonly ok: false; readonly error: RpcStatus } => ({
  ok: false,
  error: { code: STATUS[code], message },
});

/** For people and figures: `NOT_FOUND`. */
export function statusName(code: number): string {
  const [name = 'UNKNOWN'] = Object.entries(STATUS).find(([, value]) => value === code) ?? [];
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
