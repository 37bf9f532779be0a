import { inflateSync } from 'node:zlib';
import { refuse } from '../bad-input.ts';
import { crc32 } from './crc32.ts';
import { deflate } from './deflate.ts';
import { MAX_POINTS, type Picture } from './picture.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Red, green and blue of a picture as PNG; the same bytes on every machine. */
export function writePng({ width, height, rgba }: Picture): Buffer {
  const row = width * 3 + 1;
  const raw = new Uint8Array(row * height);
  for (let y = 0; y < height; y++) {
    // Differences from the row above: what games draw changes little from row to row.
    raw[y * row] = 2;
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) {
        const at = (y * width + x) * 4 + c;
        raw[y * row + 1 + x * 3 + c] = (rgba[at] ?? 0) - (y > 0 ? (rgba[at - width * 4] ?? 0) : 0);
      }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflate(raw)),
    chunk('IEND', new Uint8Array()),
  ]);
}

function chunk(type: string, content: Uint8Array): Buffer {
  const out = Buffer.alloc(content.length + 12);
  out.writeUInt32BE(content.length, 0);
  out.write(type, 4, 'latin1');
  out.set(content, 8);
  out.writeUInt32BE(crc32(out.subarray(4, content.length + 8)), content.length + 8);
  return out;
}

export const isPng = (bytes: Uint8Array): boolean => SIGNATURE.equals(bytes.subarray(0, SIGNATURE.length));

/** A PNG of 8 or 16 bits a channel, or with a palette of 8; not interlaced. That is what video tools extract. */
export function readPng(bytes: Uint8Array, what: string): Picture {
  const { header, palette, alpha, data } = readChunks(bytes, what);
  const [width, height, depth, kind, , , interlace] = header;
  const channels = CHANNELS[kind];
  if (channels === undefined || interlace !== 0 || !(depth === 8 || (depth === 16 && kind !== 3)))
    refuse(`${what}: only PNGs of 8 or 16 bits, not interlaced, can be read`);
  if (width === 0 || height === 0 || width * height > MAX_POINTS) refuse(`${what} has an impossible size`);
  const step = (channels * depth) / 8;
  const size = (width * step + 1) * height;
  let raw: Uint8Array;
  try {
    raw = inflateSync(data, { maxOutputLength: size });
  } catch (error) {
    refuse(`${what} cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (raw.length !== size) refuse(`${what} is cut off`);
  unfilter(raw, width * step, height, step, what);
  return { width, height, rgba: toRgba(raw, { width, height, kind, step, wide: depth / 8, palette, alpha }) };
}

/** By colour type: grey, RGB, palette, grey and alpha, RGBA. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

interface Chunks {
  readonly header: readonly [number, number, number, number, number, number, number];
  readonly palette: Uint8Array;
  readonly alpha: Uint8Array;
  readonly data: Uint8Array;
}

function readChunks(bytes: Uint8Array, what: string): Chunks {
  if (!isPng(bytes)) refuse(`${what} is no PNG`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Map<string, Uint8Array[]>();
  for (let at = SIGNATURE.length; at < bytes.length; ) {
    const length = at + 12 <= bytes.length ? view.getUint32(at) : bytes.length;
    if (at + 12 + length > bytes.length) refuse(`${what} is cut off`);
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length))
      refuse(`${what} is damaged`);
    const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1');
    found.set(type, [...(found.get(type) ?? []), bytes.subarray(at + 8, at + 8 + length)]);
    at += 12 + length;
  }
  const header = found.get('IHDR')?.[0];
  if (header?.length !== 13) refuse(`${what} has no header`);
  const words = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const byte = (at: number): number => words.getUint8(at);
  return {
    header: [words.getUint32(0), words.getUint32(4), byte(8), byte(9), byte(10), byte(11), byte(12)],
    palette: found.get('PLTE')?.[0] ?? new Uint8Array(),
    alpha: found.get('tRNS')?.[0] ?? new Uint8Array(),
    data: Buffer.concat(found.get('IDAT') ?? []),
  };
}

/** Takes the rows' filters off, in place. */
function unfilter(raw: Uint8Array, width: number, height: number, step: number, what: string): void {
  for (let y = 0; y < height; y++) {
    const row = y * (width + 1);
    const filter = raw[row] ?? 0;
    if (filter > 4) refuse(`${what} has a row filter ${filter}`);
    for (let x = 1; x <= width; x++) {
      const left = x > step ? (raw[row + x - step] ?? 0) : 0;
      const above = y > 0 ? (raw[row + x - width - 1] ?? 0) : 0;
      const corner = y > 0 && x > step ? (raw[row + x - width - 1 - step] ?? 0) : 0;
      raw[row + x] = (raw[row + x] ?? 0) + predict(filter, left, above, corner);
    }
  }
}

function predict(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  if (filter === 0) return 0;
  const guess = left + above - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? above : corner;
}

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly kind: number;
  /** Bytes of a point, and of a channel. */
  readonly step: number;
  readonly wide: number;
  readonly palette: Uint8Array;
  readonly alpha: Uint8Array;
}

function toRgba(raw: Uint8Array, { width, height, kind, step, wide, palette, alpha }: Layout): Uint8Array {
  const rgba = new Uint8Array(width * height * 4);
  const hasAlpha = kind === 4 || kind === 6;
  for (let i = 0; i < width * height; i++) {
    const at = Math.floor(i / width) * (width * step + 1) + 1 + (i % width) * step;
    const first = raw[at] ?? 0;
    const grey = kind === 0 || kind === 4;
    for (let c = 0; c < 3; c++)
      rgba[i * 4 + c] = (kind === 3 ? palette[first * 3 + c] : grey ? first : raw[at + c * wide]) ?? 0;
    rgba[i * 4 + 3] = kind === 3 ? (alpha[first] ?? 255) : hasAlpha ? (raw[at + step - wide] ?? 0) : 255;
  }
  return rgba;
}
