import type { Digest } from '../../model/digest.ts';
import type { WireWriter } from '../wire-writer.ts';
import { writePair } from './command.ts';
import { writeDigest } from './digest.ts';
import { writeDuration } from './duration.ts';

export interface ActionMessage {
  readonly command: Digest;
  readonly inputRoot?: Digest;
  readonly timeoutMs?: number;
  readonly doNotCache: boolean;
  readonly salt?: string;
  /** Sorted by name. */
  readonly platform: readonly (readonly [name: string, value: string])[];
}

/** Action { command_digest 1, input_root_digest 2, timeout 6, do_not_cache 7, salt 9, platform 10 }. */
export function writeAction(writer: WireWriter, action: ActionMessage): void {
  writeDigest(writer, 1, action.command);
  if (action.inputRoot !== undefined) writeDigest(writer, 2, action.inputRoot);
  if (action.timeoutMs !== undefined) writeDuration(writer, 6, action.timeoutMs);
  writer.flag(7, action.doNotCache);
  if (action.salt !== undefined) writer.text(9, action.salt);
  if (action.platform.length > 0) {
    const start = writer.open(10);
    for (const [name, value] of action.platform) writePair(writer, 1, name, value);
    writer.close(start);
  }
}
