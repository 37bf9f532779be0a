import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuse } from '../bad-input.ts';
import { isWav, type Sound, soundOfRaw, soundOfWav } from '../sound/sound.ts';

/** Bytes of a chunk, where an audio file is hashed as a whole. */
const CHUNK = 4096;
/** Of `audio.raw`, as the runtime writes it. */
const RATE = 48_000;
const CHANNELS = 2;

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export interface Chunks {
  readonly hashes: readonly string[];
  readonly sizes: readonly number[];
}

/** A file in chunks of one size, the last one shorter. */
export function chunksOfFile(bytes: Uint8Array): Chunks {
  const sizes: number[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK) sizes.push(Math.min(CHUNK, bytes.length - at));
  return chunksOf(bytes, sizes);
}

function chunksOf(bytes: Uint8Array, sizes: readonly number[]): Chunks {
  let at = 0;
  const hashes = sizes.map((size) => {
    at += size;
    return sha256(bytes.subarray(at - size, at));
  });
  return { hashes, sizes };
}

/** `audio.raw` in the chunks that `audio.sizes` names. */
export function chunksInFolder(folder: string): Chunks | undefined {
  const [raw, sizes] = [join(folder, 'audio.raw'), join(folder, 'audio.sizes')];
  if (!existsSync(raw)) return undefined;
  const bytes = readFileSync(raw);
  return existsSync(sizes) ? chunksOf(bytes, readSizes(sizes, bytes.length)) : chunksOfFile(bytes);
}

export function readSizes(path: string, total: number): readonly number[] {
  const sizes = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
  const sum = sizes.reduce((a, b) => a + b, 0);
  if (sizes.some((size) => !Number.isSafeInteger(size) || size < 0) || sum !== total)
    refuse(`${path} and the audio disagree`);
  return sizes;
}

/** WAV by its header; anything else is taken for what the runtime writes, at `rate`. */
export function soundOfFile(bytes: Uint8Array, rate = RATE): Sound | undefined {
  if (isWav(bytes)) return soundOfWav(bytes);
  return bytes.length % (2 * CHANNELS) === 0 ? soundOfRaw(bytes, CHANNELS, rate) : undefined;
}

export function soundInFolder(folder: string): Sound | undefined {
  const path = ['audio.raw', 'audio.wav'].map((name) => join(folder, name)).find((p) => existsSync(p));
  return path === undefined ? undefined : soundOfFile(readFileSync(path));
}
