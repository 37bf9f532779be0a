import { fstatSync, readFileSync, renameSync, type Stats } from 'node:fs';
import { checksum, withFile, writeWhole } from './open-file.ts';
import { readAdditions, storedAs } from './seen-additions.ts';
import { packedPaths, type SeenTable } from './seen-table.ts';
import { WORDS } from './seen-words.ts';

const MAGIC = 'recomp-seen-6\n';
/** Four lengths. */
const HEAD = 16;
const START = MAGIC.length + 32;

/** Written anew; the table as it lies there now. */
export function saveSeen(file: string, table: SeenTable): SeenTable {
  const head = Buffer.from(JSON.stringify(table.header), 'utf8');
  const paths = packedPaths(table);
  const lengths = Buffer.alloc(HEAD);
  lengths.writeUInt32LE(head.length, 0);
  lengths.writeUInt32LE(paths.length, 4);
  lengths.writeUInt32LE(table.kinds.length, 8);
  lengths.writeUInt32LE(table.users.length, 12);
  const body = Buffer.concat([
    lengths,
    head,
    paths,
    table.kinds,
    ...[table.signatures, table.userStarts, table.users].map(bytesOf),
  ]);
  const seal = checksum(body);
  const temporary = `${file}.${process.pid}.tmp`;
  const stat = withFile(temporary, 'w', (fd) => {
    for (const part of [Buffer.from(MAGIC), seal, body]) writeWhole(fd, part);
    return fstatSync(fd);
  });
  renameSync(temporary, file);
  return { ...table, stored: storedAs(table, stat, { length: 0, seal, lines: new Map() }) };
}

/** A table that is torn or foreign reads as absent, and one with something torn behind it as if that were not there. */
export function loadSeen(file: string): SeenTable | undefined {
  let read: { readonly bytes: Buffer; readonly stat: Stats };
  try {
    read = withFile(file, 'r', (fd) => ({ stat: fstatSync(fd), bytes: readFileSync(fd) }));
  } catch {
    return undefined;
  }
  return decode(read.bytes, read.stat);
}

function decode(bytes: Buffer, stat: Stats): SeenTable | undefined {
  if (bytes.length < START + HEAD || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  const body = bytes.subarray(START, START + bodyLength(bytes.subarray(START)));
  const seal = checksum(body);
  if (!seal.equals(bytes.subarray(MAGIC.length, START))) return undefined;
  const { packed, ...written } = decodeBody(body);
  const added = readAdditions(bytes.subarray(START + body.length), seal, written);
  const table = { ...written, header: added.header };
  const isWhole = START + body.length + added.length === stat.size;
  let paths: readonly string[] | undefined;
  return {
    ...table,
    packed,
    // Where nothing has changed nobody asks.
    get paths() {
      paths ??= packed.toString('utf8').split('\0').slice(0, -1);
      return paths;
    },
    stored: storedAs(table, isWhole ? stat : FOREIGN, added),
  };
}

/** With something torn behind it, it has to be written anew. */
const FOREIGN = { ino: -1, size: -1, mtimeMs: -1 };

function bodyLength(body: Buffer): number {
  const count = body.readUInt32LE(8);
  return (
    HEAD +
    body.readUInt32LE(0) +
    body.readUInt32LE(4) +
    count +
    8 * WORDS * count +
    4 * (count + 1) +
    4 * body.readUInt32LE(12)
  );
}

/** The checksum held, so the lengths are those that were written. */
function decodeBody(body: Buffer): Omit<SeenTable, 'paths' | 'packed'> & { readonly packed: Buffer } {
  const headEnd = HEAD + body.readUInt32LE(0);
  const pathsEnd = headEnd + body.readUInt32LE(4);
  const count = body.readUInt32LE(8);
  const header: unknown = JSON.parse(body.toString('utf8', HEAD, headEnd));
  const packed = body.subarray(headEnd, pathsEnd);
  const kinds = new Uint8Array(body.subarray(pathsEnd, pathsEnd + count));
  const signatures = new Float64Array(count * WORDS);
  const userStarts = new Uint32Array(count + 1);
  const users = new Uint32Array(body.readUInt32LE(12));
  let at = pathsEnd + count;
  for (const array of [signatures, userStarts, users]) {
    // A copy: the file's bytes are not aligned for numbers.
    bytesOf(array).set(body.subarray(at, at + array.byteLength));
    at += array.byteLength;
  }
  return { header, packed, kinds, signatures, userStarts, users };
}

const bytesOf = (array: Float64Array | Uint32Array): Buffer =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength);
