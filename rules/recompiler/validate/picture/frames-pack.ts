import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { refuse } from '../bad-input.ts';
import { framesOfBytes } from './frames-file.ts';
import { MAX_POINTS, type PictureSource } from './picture.ts';

/**
 * `frames.pack`, the compact form for references that are kept: the bytes of a frames.bin, the points of each frame split
 * into four planes of differences from the left neighbour (games draw gradients and flat areas), then Brotli with a window
 * that sees the frames before. Whole in memory, so it is for short references.
 */
const MAGIC = Buffer.from('recomp frames 1\n');
const HEADER = 16;
export const MAX_PACKED_BYTES = 1 << 30;

export function packFrames(framesBin: Uint8Array): Uint8Array {
  const planes = rearrange(framesBin, toPlanes);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 9,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: planes.length,
  };
  return Buffer.concat([MAGIC, brotliCompressSync(planes, { params })]);
}

export function unpackFrames(pack: Uint8Array, what: string): Uint8Array {
  if (!MAGIC.equals(pack.subarray(0, MAGIC.length))) refuse(`${what} is no frames.pack`);
  let planes: Uint8Array;
  try {
    planes = brotliDecompressSync(pack.subarray(MAGIC.length), { maxOutputLength: MAX_PACKED_BYTES });
  } catch (error) {
    refuse(`${what} cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
  }
  return rearrange(planes, fromPlanes);
}

export const openFramesPack = (pack: Uint8Array, what: string): PictureSource =>
  framesOfBytes(unpackFrames(pack, what), what);

type Arrange = (from: Uint8Array, to: Uint8Array, width: number, height: number) => void;

/** Headers stay where they are; the points behind each are written in the other order. */
function rearrange(from: Uint8Array, arrange: Arrange): Uint8Array {
  const to = new Uint8Array(from.length);
  const view = new DataView(from.buffer, from.byteOffset, from.byteLength);
  for (let at = 0; at < from.length; ) {
    if (at + HEADER > from.length) refuse('the frames are cut off');
    const [width, height] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    const end = at + HEADER + width * height * 4;
    if (width * height > MAX_POINTS || end > from.length) refuse('the frames are cut off');
    to.set(from.subarray(at, at + HEADER), at);
    arrange(from.subarray(at + HEADER, end), to.subarray(at + HEADER, end), width, height);
    at = end;
  }
  return to;
}

const toPlanes: Arrange = (from, to, width, height) => {
  eachPoint(width, height, (point, plane, left, above) => {
    const before = left ? from[point - 4] : above ? from[point - width * 4] : 0;
    to[plane] = (from[point] ?? 0) - (before ?? 0);
  });
};

const fromPlanes: Arrange = (from, to, width, height) => {
  eachPoint(width, height, (point, plane, left, above) => {
    const before = left ? to[point - 4] : above ? to[point - width * 4] : 0;
    to[point] = (from[plane] ?? 0) + (before ?? 0);
  });
};

function eachPoint(
  width: number,
  height: number,
  visit: (point: number, plane: number, hasLeft: boolean, hasAbove: boolean) => void,
): void {
  for (let channel = 0, plane = 0; channel < 4; channel++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, plane++) visit((y * width + x) * 4 + channel, plane, x > 0, y > 0);
}
