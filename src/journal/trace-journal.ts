import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { namePath } from '../base/name-path.ts';

/**
 * An append-only log of facts by name, newest last. Each batch is framed by its length and SHA-256: a torn or flipped batch is
 * passed over, and costs only what has to be looked at again. Appending needs no reading.
 */
export interface Journal<T> {
  /** Read when first asked for. */
  readonly entries: ReadonlyMap<string, T>;
  /** Names whose value is `undefined` are forgotten. */
  append(batch: ReadonlyMap<string, T | undefined>): void;
}

const FRAME = /^\n#(\d{1,12}) ([0-9a-f]{64})\n/;
const FRAME_MAX = 96;
const FRAME_START = Buffer.from('\n#', 'latin1');
/** Rewritten once the log holds this many records for each one that still counts. */
const COMPACT_RATIO = 3;
const COMPACT_MIN_RECORDS = 1_000;

export function openJournal<T>(file: string, parse: (value: unknown) => T | undefined): Journal<T> {
  let loaded: { readonly entries: Map<string, T>; records: number } | undefined;
  const load = (): { readonly entries: Map<string, T>; records: number } => {
    loaded ??= readJournal(file, parse);
    return loaded;
  };
  const compact = (journal: { readonly entries: Map<string, T>; records: number }): void => {
    if (journal.records <= COMPACT_MIN_RECORDS + COMPACT_RATIO * journal.entries.size) return;
    rewrite(file, journal.entries);
    journal.records = journal.entries.size;
  };
  return {
    get entries() {
      return load().entries;
    },
    append(batch) {
      if (batch.size === 0) return;
      if (loaded) remember(loaded, batch);
      const frame = frameOf(batch);
      appendTo(file, frame);
      // Whoever never reads it must not let it grow for ever either: it is looked through each time its size doubles.
      if (loaded || hasDoubled(statSync(file).size, frame.length)) compact(load());
    },
  };
}

/** Somebody may have removed the folder while a build was running. */
function appendTo(file: string, frame: Buffer): void {
  try {
    appendFileSync(file, frame);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw namePath(error, file);
    mkdirSync(dirname(file), { recursive: true });
    appendFileSync(file, frame);
  }
}

const MIN_DOUBLING_BYTES = 4 << 20;

const hasDoubled = (size: number, added: number): boolean =>
  size > MIN_DOUBLING_BYTES && Math.floor(Math.log2(size)) !== Math.floor(Math.log2(size - added));

function remember<T>(
  loaded: { readonly entries: Map<string, T>; records: number },
  batch: ReadonlyMap<string, T | undefined>,
): void {
  loaded.records += batch.size;
  for (const [name, value] of batch) {
    if (value === undefined) loaded.entries.delete(name);
    else loaded.entries.set(name, value);
  }
}

function readJournal<T>(
  file: string,
  parse: (value: unknown) => T | undefined,
): { entries: Map<string, T>; records: number } {
  const loaded = { entries: new Map<string, T>(), records: 0 };
  for (const batch of batchesOf(file)) loaded.records += applyBatch(batch, loaded.entries, parse);
  return loaded;
}

/** Everything that is still in the file, oldest first: what was noted before of a name, too, until the log is rewritten. */
export function* journalHistory(file: string): Iterable<readonly [name: string, value: unknown]> {
  for (const batch of batchesOf(file))
    if (typeof batch === 'object' && batch !== null) yield* Object.entries(batch);
}

function* batchesOf(file: string): Iterable<unknown> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    // Absent or unreadable: everything is looked at again.
    return;
  }
  for (let at = 0; at >= 0 && at < bytes.length; ) {
    const body = frameAt(bytes, at);
    if (body) {
      yield JSON.parse(body.toString('utf8'));
      at = body.byteOffset - bytes.byteOffset + body.length;
    } else {
      at = bytes.indexOf(FRAME_START, at + 1);
    }
  }
}

/** The body of a whole, undamaged frame that starts here. */
function frameAt(bytes: Buffer, at: number): Buffer | undefined {
  const frame = FRAME.exec(bytes.toString('latin1', at, at + FRAME_MAX));
  if (!frame) return undefined;
  const start = at + frame[0].length;
  const body = bytes.subarray(start, start + Number(frame[1]));
  const whole =
    body.length === Number(frame[1]) && createHash('sha256').update(body).digest('hex') === frame[2];
  return whole ? body : undefined;
}

function applyBatch<T>(
  batch: unknown,
  entries: Map<string, T>,
  parse: (value: unknown) => T | undefined,
): number {
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
  const members = [...batch].map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value ?? null)}`,
  );
  const body = Buffer.from(`{${members.join(',')}}`, 'utf8');
  const hash = createHash('sha256').update(body).digest('hex');
  return Buffer.concat([Buffer.from(`\n#${body.length} ${hash}\n`, 'latin1'), body]);
}

function rewrite<T>(file: string, entries: ReadonlyMap<string, T>): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, frameOf(entries));
  renameSync(temporary, file);
}
