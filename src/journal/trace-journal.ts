import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { namePath } from '../base/name-path.ts';
import { FoldedMembers } from './folded-members.ts';
import { LayeredMap } from './layered-map.ts';

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
/** Of larger batches few values are asked for: those alone are unfolded. Smaller ones are read sooner than looked through. */
const FOLDED_BYTES = 4 << 20;

interface Loaded<T> {
  readonly entries: LayeredMap<T>;
  /** But for those in large batches. */
  records: number;
}

export function openJournal<T>(file: string, parse: (value: unknown) => T | undefined): Journal<T> {
  let loaded: Loaded<T> | undefined;
  const load = (): Loaded<T> => {
    loaded ??= readJournal(file, parse);
    return loaded;
  };
  const compact = (): void => {
    const journal = load();
    const { entries, records } = journal;
    if (records + entries.foldedCount <= COMPACT_MIN_RECORDS + COMPACT_RATIO * entries.size) return;
    rewrite(file, entries);
    if (entries.foldedCount > 0) loaded = undefined;
    else journal.records = entries.size;
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
      const hasGrown = hasDoubled(statSync(file).size, frame.length);
      if (hasGrown || (loaded && !loaded.entries.isFolded)) compact();
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

function remember<T>(loaded: Loaded<T>, batch: ReadonlyMap<string, T | undefined>): void {
  loaded.records += batch.size;
  loaded.entries.add(batch);
}

function readJournal<T>(file: string, parse: (value: unknown) => T | undefined): Loaded<T> {
  const loaded: Loaded<T> = { entries: new LayeredMap<T>(), records: 0 };
  for (const body of bodiesOf(file)) {
    if (body.length > FOLDED_BYTES) loaded.entries.addFolded(body, parse);
    else loaded.records += applyBatch(JSON.parse(body.toString('utf8')), loaded.entries, parse);
  }
  return loaded;
}

/** What was noted of names, oldest first, as long as it is still in the file: until the log is rewritten, earlier values are. */
export function journalHistory(file: string): (name: string) => readonly unknown[] {
  const batches = [...bodiesOf(file)].map((body) => new FoldedMembers(body));
  return (name) => batches.flatMap((batch) => batch.find(name) ?? []).map(({ value }) => value);
}

function* bodiesOf(file: string): Iterable<Buffer> {
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
      yield body;
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
  entries: LayeredMap<T>,
  parse: (value: unknown) => T | undefined,
): number {
  if (typeof batch !== 'object' || batch === null) return 0;
  const records = Object.entries(batch);
  entries.add(records.map(([name, value]) => [name, value === null ? undefined : parse(value)]));
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
