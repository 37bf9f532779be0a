import { err, ok, type Result } from '../../../src/base/result.ts';
import { addressesOf, addressOf, isRecord } from '../../shared/name-map/json-values.ts';

/** `runtime-trace.json`: what a recompiled program did when it ran. */
export interface RuntimeTrace {
  readonly inputSha256: string;
  /** Where calls went. */
  readonly functions: readonly number[];
  /** Calls and jumps by register. */
  readonly indirect: readonly Indirect[];
  /** Where the lifted program had no entry, and the interpreter took over. */
  readonly fallback: readonly number[];
}

export interface Indirect {
  readonly from: number;
  readonly to: number;
  readonly kind: 'call' | 'jump';
}

export function parseRuntimeTrace(text: string): Result<RuntimeTrace, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err('the runtime trace is not JSON');
  }
  if (!isRecord(value) || value['schema_version'] !== 1) return err('the runtime trace is not of version 1');
  const { input_sha256: inputSha256 } = value;
  const [functions, fallback] = [addressesOf(value['functions']), addressesOf(value['fallback'] ?? [])];
  const indirect = Array.isArray(value['indirect']) ? value['indirect'].map(readIndirect) : undefined;
  const good = indirect?.filter((item) => item !== undefined);
  if (typeof inputSha256 !== 'string' || !functions || !fallback || !good || good.length !== indirect?.length)
    return err('the runtime trace does not have the shape of one');
  return ok({ inputSha256, functions, indirect: good, fallback });
}

function readIndirect(value: unknown): Indirect | undefined {
  if (!isRecord(value)) return undefined;
  const [from, to] = [addressOf(value['from']), addressOf(value['to'])];
  const kind = (['call', 'jump'] as const).find((known) => known === value['kind']);
  return from === undefined || to === undefined || kind === undefined ? undefined : { from, to, kind };
}
