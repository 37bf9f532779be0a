import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { packedPaths, type SeenTable } from './seen-table.ts';
import { WORDS } from './seen-words.ts';

const MAGIC = 'recomp-seen-5\n';
/** Four lengths. */
const HEAD = 16;

export function saveSeen(file: string, table: SeenTable): void {
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
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, Buffer.concat([Buffer.from(MAGIC), checksum(body), body]));
  renameSync(temporary, file);
}

/** A table that is torn or foreign reads as absent. */
export function loadSeen(file: string): SeenTable | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    return undefined;
  }
  const start = MAGIC.length + 32;
  if (bytes.length < start + HEAD || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  const body = bytes.subarray(start);
  if (!checksum(body).equals(bytes.subarray(MAGIC.length, start))) return undefined;
  return decode(body);
}

/** The checksum held, so the lengths are those that were written. */
function decode(body: Buffer): SeenTable {
  const headEnd = HEAD + body.readUInt32LE(0);
  const pathsEnd = headEnd + body.readUInt32LE(4);
  const count = body.readUInt32LE(8);
  const header: unknown = JSON.parse(body.toString('utf8', HEAD, headEnd));
  const packed = body.subarray(headEnd, pathsEnd);
  const kinds = body.subarray(pathsEnd, pathsEnd + count);
  const signatures = new Float64Array(count * WORDS);
  const userStarts = new Uint32Array(count + 1);
  const users = new Uint32Array(body.readUInt32LE(12));
  let at = pathsEnd + count;
  for (const array of [signatures, userStarts, users]) {
    // A copy: the file's bytes are not aligned for numbers.
    bytesOf(array).set(body.subarray(at, at + array.byteLength));
    at += array.byteLength;
  }
  let paths: readonly string[] | undefined;
  return {
    header,
    // Where nothing has changed nobody asks.
    get paths() {
      paths ??= packed.toString('utf8').split('\0').slice(0, -1);
      return paths;
    },
    packed,
    kinds,
    signatures,
    userStarts,
    users,
  };
}

const bytesOf = (array: Float64Array | Uint32Array): Buffer =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength);

const checksum = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
