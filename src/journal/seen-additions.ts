import { constants, fstatSync, type Stats } from 'node:fs';
import { checksum, withFile, writeWhole } from './open-file.ts';
import type { FileMark, SeenTable, StoredSeen } from './seen-table.ts';
import { WORDS } from './seen-words.ts';

/** With more than that part of it behind it, a table is written anew: who reads it reads that too. */
const PART = 16;
const ALWAYS_FITS = 8 << 10;
/** A row takes at least this. */
const ROW_BYTES = 50;
/** A length and a seal, which goes on from the one before. */
const LENGTH = 4;
const FRAME = LENGTH + 32;

/** What lies behind a table in its file. */
export interface Additions {
  readonly length: number;
  /** Of the last one; of the table itself, if there is none. */
  readonly seal: Buffer;
  /** Lines that stand for those of the file beside the table. */
  readonly lines: ReadonlyMap<number, string>;
}

/**
 * Puts behind a table, in its file, what is different by now, and lines of the file beside it. What is torn off there leaves an
 * older table, which is as right: more is looked at. Undefined: it has to be written anew.
 */
export function addSeen(
  file: string,
  table: SeenTable,
  lines: ReadonlyMap<number, string>,
): SeenTable | undefined {
  const { stored } = table;
  // Other paths have other users, if equal ones.
  if (stored?.users !== table.users) return undefined;
  const room = Math.max(ALWAYS_FITS, (stored.size - stored.length) / PART) - stored.length;
  const rows = changedRows(stored, table, room / ROW_BYTES);
  if (!rows) return undefined;
  const body = Buffer.from(additionText(stored, table, rows, lines), 'utf8');
  const seal = checksum(stored.seal, body);
  const head = Buffer.alloc(LENGTH);
  head.writeUInt32LE(body.length);
  const frame = Buffer.concat([head, seal, body]);
  const length = stored.length + frame.length;
  if (frame.length > room) return undefined;
  const stat = append(file, stored, frame);
  const all = new Map([...stored.lines, ...lines]);
  return stat && { ...table, stored: storedAs(table, stat, { length, seal, lines: all }) };
}

/** Only to the very file that it was read from or written to. */
function append(file: string, { ino, size, mtimeMs }: StoredSeen, frame: Buffer): Stats | undefined {
  try {
    return withFile(file, constants.O_WRONLY | constants.O_APPEND, (fd) => {
      const stat = fstatSync(fd);
      if (stat.ino !== ino || stat.size !== size || stat.mtimeMs !== mtimeMs) return undefined;
      writeWhole(fd, frame);
      return fstatSync(fd);
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A table as it lies in this file. */
export const storedAs = (
  { header, users, kinds, signatures }: Omit<StoredSeen, keyof Additions | keyof FileMark>,
  { ino, size, mtimeMs }: FileMark,
  { length, seal, lines }: Additions,
): StoredSeen => ({ header, users, kinds, signatures, ino, size, mtimeMs, length, seal, lines });

type Row = readonly number[];

interface Addition {
  readonly header?: unknown;
  /** Each a place, a code and its words. */
  readonly rows: readonly Row[];
  readonly lines: readonly (readonly [number, string])[];
}

function additionText(
  stored: StoredSeen,
  table: SeenTable,
  rows: readonly Row[],
  lines: ReadonlyMap<number, string>,
): string {
  const isSame = JSON.stringify(stored.header) === JSON.stringify(table.header);
  const addition: Addition = {
    ...(!isSame && { header: table.header }),
    rows,
    lines: [...lines],
  };
  return JSON.stringify(addition);
}

/** Undefined: more than that. */
function changedRows(
  before: Pick<SeenTable, 'kinds' | 'signatures'>,
  { kinds, signatures }: SeenTable,
  most: number,
): Row[] | undefined {
  const rows: Row[] = [];
  for (let i = 0; i < kinds.length; i++) {
    if (kinds[i] === before.kinds[i] && !differs(before.signatures, signatures, i * WORDS)) continue;
    if (rows.length >= most) return undefined;
    rows.push([i, kinds[i] ?? 0, ...signatures.subarray(i * WORDS, i * WORDS + WORDS)]);
  }
  return rows;
}

function differs(a: Float64Array, b: Float64Array, at: number): boolean {
  for (let i = at; i < at + WORDS; i++) if (a[i] !== b[i]) return true;
  return false;
}

/** As far as they are whole. The rows are nobody else's yet, and are changed where they stand. */
export function readAdditions(
  bytes: Buffer,
  seal: Buffer,
  table: Rows,
): Additions & Pick<SeenTable, 'header'> {
  const lines = new Map<number, string>();
  let { header } = table;
  let [at, last] = [0, seal];
  for (;;) {
    const body = frameAt(bytes, at, last);
    if (!body) return { header, length: at, seal: last, lines };
    const addition: Addition = JSON.parse(body.toString('utf8'));
    if (addition.header !== undefined) header = addition.header;
    for (const row of addition.rows) putRow(table, row);
    for (const [index, line] of addition.lines) lines.set(index, line);
    last = bytes.subarray(at + LENGTH, at + FRAME);
    at += FRAME + body.length;
  }
}

type Rows = Pick<SeenTable, 'header' | 'kinds' | 'signatures'>;

function putRow({ kinds, signatures }: Rows, [index = 0, code = 0, ...words]: Row): void {
  kinds[index] = code;
  signatures.set(words, index * WORDS);
}

/** The body of a whole, undamaged frame that goes on from that seal. */
function frameAt(bytes: Buffer, at: number, seal: Buffer): Buffer | undefined {
  if (bytes.length < at + FRAME) return undefined;
  const end = at + FRAME + bytes.readUInt32LE(at);
  if (bytes.length < end) return undefined;
  const body = bytes.subarray(at + FRAME, end);
  return checksum(seal, body).equals(bytes.subarray(at + LENGTH, at + FRAME)) ? body : undefined;
}
