import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { refuse } from '../bad-input.ts';
import { MAX_POINTS, type PictureSource } from './picture.ts';

const HEADER = 16;
const MAX_FRAMES = 10_000_000;

/** A `frames.bin`: for each frame width, height and tick, then its points. Only one frame at a time is in memory. */
export function openFramesFile(path: string): PictureSource {
  const fd = openSync(path, 'r');
  try {
    const size = fstatSync(fd).size;
    const source = framesIn(size, (at, length) => readAt(fd, at, length), path);
    return { ...source, close: () => closeSync(fd) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** The same, of bytes in memory. */
export const framesOfBytes = (bytes: Uint8Array, what: string): PictureSource =>
  framesIn(bytes.length, (at, length) => bytes.subarray(at, at + length), what);

function framesIn(
  size: number,
  read: (at: number, length: number) => Uint8Array,
  what: string,
): PictureSource {
  const frames: { at: number; width: number; height: number }[] = [];
  for (let at = 0; at < size; ) {
    if (at + HEADER > size || frames.length >= MAX_FRAMES)
      refuse(`${what}: frame ${frames.length} is cut off`);
    const view = toView(read(at, HEADER));
    const [width, height] = [view.getUint32(0, true), view.getUint32(4, true)];
    if (width === 0 || height === 0 || width * height > MAX_POINTS)
      refuse(`${what}: frame ${frames.length} has an impossible size, ${width}x${height}`);
    frames.push({ at: at + HEADER, width, height });
    at += HEADER + width * height * 4;
    if (at > size) refuse(`${what}: frame ${frames.length - 1} is cut off`);
  }
  return {
    count: frames.length,
    read(index) {
      const frame = frames[index];
      if (frame === undefined) refuse(`${what} has no frame ${index}`);
      const { at, width, height } = frame;
      return { width, height, rgba: read(at, width * height * 4) };
    },
    close: () => {},
  };
}

const toView = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function readAt(fd: number, at: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const count = readSync(fd, bytes, done, length - done, at + done);
    if (count === 0) refuse('a file became shorter while it was read');
    done += count;
  }
  return bytes;
}
