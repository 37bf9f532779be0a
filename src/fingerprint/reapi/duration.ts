import type { WireReader } from '../wire-reader.ts';
import type { WireWriter } from '../wire-writer.ts';

/** google.protobuf.Duration { seconds 1, nanos 2 } of whole milliseconds. */
export function writeDuration(writer: WireWriter, field: number, ms: number): void {
  const start = writer.open(field);
  writer.number(1, Math.floor(ms / 1000));
  writer.number(2, (ms % 1000) * 1_000_000);
  writer.close(start);
}

export function readDuration(parent: WireReader): number {
  const reader = parent.message();
  let ms = 0;
  while (reader.next()) {
    if (reader.field === 1) ms += reader.number() * 1000;
    else if (reader.field === 2) ms += Math.floor(reader.number() / 1_000_000);
  }
  if (!Number.isSafeInteger(ms)) reader.refuse();
  return ms;
}
