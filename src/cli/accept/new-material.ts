import { existsSync, lstatSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { guarded, refuse } from '../../../rules/recompiler/validate/bad-input.ts';
import { framesOfBytes } from '../../../rules/recompiler/validate/picture/frames-file.ts';
import { packFrames, unpackFrames } from '../../../rules/recompiler/validate/picture/frames-pack.ts';
import type { Picture } from '../../../rules/recompiler/validate/picture/picture.ts';
import { frameFiles, openPictureFolder } from '../../../rules/recompiler/validate/picture/picture-folder.ts';
import { pictureHash, pictureHashes } from '../../../rules/recompiler/validate/picture/picture-hash.ts';
import { readPng, writePng } from '../../../rules/recompiler/validate/picture/png.ts';
import { chunksInFolder, chunksOfFile, sha256 } from '../../../rules/recompiler/validate/side/audio-files.ts';
import { readHashList } from '../../../rules/recompiler/validate/side/hash-list.ts';
import type { Result } from '../../base/result.ts';
import type { Comparison, MaterialPlace } from './find-comparison.ts';
import type { NewFile } from './new-file.ts';

type Capture = Comparison['capture'];

/** More is kept outside of a source tree, by hand. */
const MAX_BYTES = 1 << 30;

/** The pictures or the sound of a capture, in the form in which the reference has them. */
export function newMaterial(
  part: 'frames' | 'audio',
  { format, path }: MaterialPlace,
  capture: Capture,
): Result<NewFile[], string> {
  return guarded(() => {
    const files = madeOf(part, format, path, capture);
    const total = files.reduce((sum, { content }) => sum + content.length, 0);
    if (total > MAX_BYTES)
      refuse(`the ${part} of the capture are ${total} bytes: too much to be kept in a source tree`);
    return files;
  });
}

function madeOf(
  part: 'frames' | 'audio',
  format: MaterialPlace['format'],
  path: string,
  capture: Capture,
): NewFile[] {
  if (format === 'directory') {
    const files = part === 'frames' ? pictureFiles(capture) : chunkFiles(capture);
    return files.map(({ path: name, content }) => ({ path: `${path}/${name}`, content }));
  }
  return [
    { path, content: part === 'frames' ? framesFile(capture, path.endsWith('.pack')) : soundFile(capture) },
  ];
}

/** What of the reference there is now, as hashes; none where it cannot be read. */
export function hashesOf(
  part: 'frames' | 'audio',
  format: MaterialPlace['format'],
  files: readonly NewFile[],
): string[] {
  if (format === 'directory') return files.map(({ content }) => sha256(content));
  const content = files[0]?.content ?? new Uint8Array();
  if (part === 'audio') return [...chunksOfFile(content).hashes];
  const isPack = files[0]?.path.endsWith('.pack') === true;
  const read = guarded(() => pictureHashes(framesOfBytes(isPack ? unpackFrames(content, '') : content, '')));
  return read.ok ? read.value : [];
}

/** Of a folder or a file that may not be there yet. */
export function presentMaterial(root: string, { format, path }: MaterialPlace): NewFile[] {
  const at = join(root, path);
  if (!existsSync(at)) return [];
  if (format === 'directory')
    return frameFiles(at).map((name) => ({ path: `${path}/${name}`, content: readFileSync(join(at, name)) }));
  return [{ path, content: readFileSync(at) }];
}

/** As a command of the user's left them, or of recomp's own capture a PNG each. */
function pictureFiles(capture: Capture): NewFile[] {
  const { frames } = capture;
  if (frames !== undefined && statSync(frames).isDirectory())
    return frameFiles(frames).map((path) => ({ path, content: readFileSync(join(frames, path)) }));
  const source = framesOfBytes(framesBin(capture), 'the capture');
  return Array.from({ length: source.count }, (_, i) => {
    const picture = source.read(i);
    const content = writePng(picture);
    if (pictureHash(readPng(content, '')) !== pictureHash(picture))
      refuse(`frame ${i} has transparent points, which a PNG here does not keep: name a frames.pack as file`);
    return { path: `${String(i).padStart(6, '0')}.png`, content };
  });
}

const framesFile = (capture: Capture, isPack: boolean): Uint8Array =>
  isPack ? packFrames(framesBin(capture)) : framesBin(capture);

function framesBin({ folder, frames }: Capture): Uint8Array {
  const own = join(folder, 'frames.bin');
  if (existsSync(own)) return bounded(own);
  const source = frames === undefined ? undefined : openPictureFolder(frames);
  if (source === undefined) refuse('the capture has no pictures that could be kept, only their hashes');
  return Buffer.concat(Array.from({ length: source.count }, (_, i) => frameBytes(source.read(i))));
}

function frameBytes({ width, height, rgba }: Picture): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(width, 0);
  header.writeUInt32LE(height, 4);
  return Buffer.concat([header, rgba]);
}

/** The validation takes such a file in pieces of one size. */
function soundFile(capture: Capture): Uint8Array {
  const bytes = bounded(capture.audio ?? join(capture.folder, 'audio.raw'));
  return agreed(capture, chunksOfFile(bytes).hashes, bytes);
}

function chunkFiles(capture: Capture): NewFile[] {
  const bytes = bounded(capture.audio ?? join(capture.folder, 'audio.raw'));
  const chunks =
    (capture.audio === undefined ? chunksInFolder(capture.folder) : undefined) ?? chunksOfFile(bytes);
  agreed(capture, chunks.hashes, bytes);
  let at = 0;
  return chunks.sizes.map((size, i) => {
    at += size;
    return { path: `${String(i).padStart(6, '0')}.raw`, content: bytes.subarray(at - size, at) };
  });
}

/** What would be kept must be what the capture is judged by. */
function agreed(capture: Capture, hashes: readonly string[], bytes: Uint8Array): Uint8Array {
  if (readHashList(join(capture.folder, 'audio.hashes')).join() === hashes.join()) return bytes;
  refuse('the sound of the capture is in chunks of other sizes: let the reference be a list of hashes');
}

function bounded(file: string): Buffer {
  const size = lstatSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) refuse(`the capture has no ${file}: only its hashes could be kept`);
  if (size > MAX_BYTES) refuse(`${file} is larger than ${MAX_BYTES} bytes: too much for a source tree`);
  return readFileSync(file);
}
