import { createHash } from 'node:crypto';
import { err, ok, type Result } from '../../../src/base/result.ts';
import { type Bytes, parseBytes } from '../module/bytes.ts';

const HEADER = 16;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Of each frame its size and pixels: "WIDTHxHEIGHT:sha256". When it was shown is no part of it. */
export function hashFrames(content: Uint8Array): Result<readonly string[], string> {
  return parseBytes(content, (bytes) => {
    const hashes: string[] = [];
    for (let at = 0; at < bytes.size; ) {
      const { text, end } = hashFrame(bytes, at);
      hashes.push(text);
      at = end;
    }
    return hashes;
  });
}

function hashFrame(bytes: Bytes, at: number): { text: string; end: number } {
  const width = bytes.u32(at, 'frame width');
  const height = bytes.u32(at + 4, 'frame height');
  const pixels = bytes.slice(at + HEADER, width * height * 4, 'frame pixels');
  return { text: `${width}x${height}:${sha256(pixels)}`, end: at + HEADER + pixels.length };
}

/** Of each chunk that the program submitted, its bytes. */
export function hashAudio(audio: Uint8Array, sizes: string): Result<readonly string[], string> {
  const hashes: string[] = [];
  let at = 0;
  for (const line of sizes.split('\n').slice(0, -1)) {
    const size = Number(line);
    if (!Number.isSafeInteger(size) || size < 0 || at + size > audio.length)
      return err('audio.sizes and audio.raw disagree');
    hashes.push(sha256(audio.subarray(at, at + size)));
    at += size;
  }
  return at === audio.length ? ok(hashes) : err('audio.sizes and audio.raw disagree');
}

export const printHashes = (hashes: readonly string[]): string => hashes.map((hash) => `${hash}\n`).join('');
