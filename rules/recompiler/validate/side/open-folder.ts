import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { refuse } from '../bad-input.ts';
import { openFramesFile } from '../picture/frames-file.ts';
import { openFramesPack } from '../picture/frames-pack.ts';
import type { PictureSource } from '../picture/picture.ts';
import { openPictureFolder } from '../picture/picture-folder.ts';
import { checkedPictures, pictureHashes } from '../picture/picture-hash.ts';
import { chunksInFolder, readSizes, soundInFolder, soundOfFile } from './audio-files.ts';
import { areOfPictures, readHashList } from './hash-list.ts';
import type { Material, Side } from './side.ts';

/**
 * A folder as `capture` writes it and references are kept: frames.hashes and audio.hashes, and beside them, or instead,
 * frames.bin, frames.pack or frames/ and audio.raw.
 */
export function openFolder(folder: string, material: Material = {}): Side {
  const pictures = material.frames === undefined ? picturesIn(folder) : openFrames(material.frames);
  const list = join(folder, 'frames.hashes');
  const listed = existsSync(list) ? readHashList(list) : undefined;
  const frames = listed ?? (pictures && pictureHashes(pictures)) ?? refuse(`${folder} has no frames.hashes`);
  return {
    frames,
    ...audioIn(folder),
    pictures: pictures && (listed ? paired(pictures, listed, folder) : pictures),
    sound: material.audio === undefined ? soundInFolder(folder) : soundOfFile(readFileSync(material.audio)),
    video: undefined,
    firstFrame: 0,
  };
}

function picturesIn(folder: string): PictureSource | undefined {
  const at = (name: string): string => join(folder, name);
  const found = ['frames.bin', 'frames.pack', 'frames'].map(at).find((path) => existsSync(path));
  return found === undefined ? undefined : openFrames(found);
}

/** A folder of pictures, a frames.pack or a frames.bin; undefined: a folder of something else. */
export function openFrames(path: string): PictureSource | undefined {
  if (statSync(path).isDirectory()) return openPictureFolder(path);
  return path.endsWith('.pack') ? openFramesPack(readFileSync(path), path) : openFramesFile(path);
}

function paired(pictures: PictureSource, hashes: readonly string[], folder: string): PictureSource {
  if (pictures.count !== hashes.length)
    refuse(`${folder} has ${pictures.count} pictures, and ${hashes.length} hashes of frames`);
  return areOfPictures(hashes) ? checkedPictures(pictures, hashes, folder) : pictures;
}

function audioIn(folder: string): Pick<Side, 'audio' | 'chunkSizes'> {
  const list = join(folder, 'audio.hashes');
  const chunks = chunksInFolder(folder);
  if (!existsSync(list)) return { audio: chunks?.hashes, chunkSizes: chunks?.sizes };
  const audio = readHashList(list);
  const sizes = join(folder, 'audio.sizes');
  if (chunks === undefined) return { audio, chunkSizes: undefined };
  const known = existsSync(sizes)
    ? readSizes(
        sizes,
        chunks.sizes.reduce((a, b) => a + b, 0),
      )
    : undefined;
  return { audio, chunkSizes: known?.length === audio.length ? known : undefined };
}
