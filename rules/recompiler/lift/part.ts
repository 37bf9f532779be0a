import { err, ok, type Result } from '../../../src/base/result.ts';
import { isRecord } from '../../shared/name-map/json-values.ts';
import type { Shard } from '../print-c/shards.ts';

/** The shards of one region, as one file. */
export const printPart = (shards: readonly Shard[]): string =>
  `${JSON.stringify(Object.fromEntries(shards.map(({ name, text }) => [name, text])))}\n`;

export function readPart(text: string): Result<readonly Shard[], string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err('a part of the lift is not JSON');
  }
  if (!isRecord(value)) return err('a part of the lift is not a table of shards');
  const shards: Shard[] = [];
  for (const [name, content] of Object.entries(value)) {
    if (!/^code_[\da-f]{8,16}\.c$/.test(name) || typeof content !== 'string')
      return err('a part of the lift holds something that is no shard');
    shards.push({ name, text: content });
  }
  return ok(shards);
}
