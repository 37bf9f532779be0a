import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';

/**
 * An append-only log of facts by name, newest last. Each batch is framed by its length and SHA-256: a torn tail (or a flipped
 * bit) ends the reading there, is cut off before the next append, and costs only what has to be looked at again.
 */
export interface Journal<T> {
  readonly entries: ReadonlyMap<string, T>;
  /** Names whose value is `undefined` are forgotten. */
  append(batch: ReadonlyMap<string, T | undefined>): void;
}

const FRAME = /^#(\d{1,12}) ([0-9a-f]{64})\n/;
const FRAME_MAX = 80;
/** Rewritten once the log holds this many records for each one that still counts. */
const COMPACT_RATIO = 4;
const COMPACT_MIN_RECORDS = 5_000;

export function openJournal<T>(file: string, parse: (value: unknown) => T | undefined): Journal<T> {
  const entries = new Map<string, T>();
  let size = 0;
  let goodSize = 0;
  let records = 0;
  try {
    const bytes = readFileSync(file);
    size = bytes.length;
    const read = readBatches(bytes, entries, parse);
    goodSize = read.end;
    records = read.records;
  } catch {
    // Absent or unreadable: everything is looked at again.
  }
  return {
    entries,
    append(batch) {
      if (batch.size === 0) return;
      for (const [name, value] of batch) {
        if (value === undefined) entries.delete(name);
        else entries.set(name, value);
      }
      if (goodSize < size) {
        truncateSync(file, goodSize);
        size = goodSize;
      }
      records += batch.size;
      if (records > COMPACT_MIN_RECORDS + COMPACT_RATIO * entries.size) {
        goodSize = size = compact(file, entries);
        records = entries.size;
      } else {
        const frame = frameOf(batch);
        appendFileSync(file, frame);
        goodSize = size += frame.length;
      }
    },
  };
}

function readBatches<T>(bytes: Buffer, entries: Map<string, T>, parse: (value: unknown) => T | undefined): { end: number; records: number } {
  let end = 0;
  let records = 0;
  while (end < bytes.length) {
    const frame = FRAME.exec(bytes.toString('latin1', end, end + FRAME_MAX));
    if (!frame) break;
    const start = end + frame[0].length;
    const body = bytes.subarray(start, start + Number(frame[1]));
    if (body.length < Number(frame[1]) || createHash('sha256').update(body).digest('hex') !== frame[2]) break;
    records += applyBatch(JSON.parse(body.toString('utf8')), entries, parse);
    end = start + body.length;
  }
  return { end, records };
}

function applyBatch<T>(batch: unknown, entries: Map<string, T>, parse: (value: unknown) => T | undefined): number {
  if (typeof batch !== 'object' || batch === null) return 0;
  const records = Object.entries(batch);
  for (const [name, value] of records) {
    const entry = value === null ? undefined : parse(value);
    if (entry === undefined) entries.delete(name);
    else entries.set(name, entry);
  }
  return records.length;
}

function frameOf<T>(batch: ReadonlyMap<string, T | undefined>): Buffer {
  const body = Buffer.from(`{${[...batch].map(([name, v]) => `${JSON.stringify(name)}:${JSON.stringify(v ?? null)}`).join(',')}}`, 'utf8');
  const hash = createHash('sha256').update(body).digest('hex');
  return Buffer.concat([Buffer.from(`#${body.length} ${hash}\n`, 'latin1'), body]);
}

function compact<T>(file: string, entries: ReadonlyMap<string, T>): number {
  const frame = frameOf(entries);
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, frame);
  renameSync(temporary, file);
  return frame.length;
}
