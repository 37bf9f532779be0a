import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { refuse } from '../bad-input.ts';
import type { PictureSource } from '../picture/picture.ts';
import { frameFiles } from '../picture/picture-folder.ts';
import { pictureHashes } from '../picture/picture-hash.ts';
import { frameAt } from '../settings/time.ts';
import type { HashSource, Timeline, VideoConfig } from '../settings/video-config.ts';
import { chunksOfFile, sha256, soundOfFile } from './audio-files.ts';
import { readHashList } from './hash-list.ts';
import { openFrames } from './open-folder.ts';
import type { Material, Side } from './side.ts';

/** What a reference_video.toml or capture_video.toml names; `folder` is looked into where the config's own has no such file. */
export function openConfig(
  file: string,
  config: VideoConfig,
  material: Material,
  folder: string | undefined,
  audioRate: number | undefined,
): Side {
  const resolve = (path: string): string => {
    if (isAbsolute(path)) return path;
    const beside = join(dirname(file), path);
    return existsSync(beside) || folder === undefined ? beside : join(folder, path);
  };
  const frames = config.frames ?? refuse(`${file}:1:1: [hashes.frames] is missing`);
  return {
    ...framesOf(frames, ofKind('frames', frames, folderOf(frames, material.frames ?? resolve(frames.path)))),
    ...audioOf(config.audio, (path) => material.audio ?? resolve(path), audioRate),
    video: config.video,
    firstFrame: 0,
  };
}

/** A folder stands where only a file can be read. */
export function kindFault(of: 'frames' | 'audio', { format }: HashSource, path: string): string | undefined {
  const isFile = format === 'list' || (format === 'file' && of === 'audio');
  if (!isFile || statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
  return `${path} is a folder, and format = "${format}" names a file`;
}

function ofKind(of: 'frames' | 'audio', source: HashSource, path: string): string {
  const fault = kindFault(of, source, path);
  return fault === undefined ? path : refuse(fault);
}

/** Of a folder with one file in it, that file may be what is named. */
const folderOf = ({ format }: HashSource, path: string): string =>
  format === 'directory' && statSync(path).isFile() ? dirname(path) : path;

function framesOf(
  { format }: HashSource,
  path: string,
): Pick<Side, 'frames' | 'frameFileHashes' | 'pictures'> {
  if (format === 'list') return { frames: readHashList(path), pictures: undefined };
  const pictures = openFrames(path);
  if (format === 'file')
    return { frames: pictureHashes(pictures ?? refuse(`${path} is no file of frames`)), pictures };
  const fileHashes = (): readonly string[] =>
    frameFiles(path).map((name) => sha256(readFileSync(join(path, name))));
  return { frames: pictures ? pictureHashes(pictures) : fileHashes(), frameFileHashes: fileHashes, pictures };
}

type Audio = Pick<Side, 'audio' | 'chunkSizes' | 'sound'>;

function audioOf(
  source: HashSource | undefined,
  resolve: (path: string) => string,
  rate: number | undefined,
): Audio {
  if (source === undefined) return { audio: undefined, chunkSizes: undefined, sound: undefined };
  const path = ofKind('audio', source, resolve(source.path));
  if (source.format === 'list') return { audio: readHashList(path), chunkSizes: undefined, sound: undefined };
  if (source.format === 'directory') {
    const folder = folderOf(source, path);
    const parts = frameFiles(folder).map((name) => readFileSync(join(folder, name)));
    return { audio: parts.map(sha256), chunkSizes: parts.map((part) => part.length), sound: undefined };
  }
  const bytes = readFileSync(path);
  const { hashes, sizes } = chunksOfFile(bytes);
  return { audio: hashes, chunkSizes: sizes, sound: soundOfFile(bytes, rate) };
}

/** What of a reference its timeline leaves. */
export function cutToTimeline(side: Side, timeline: Timeline | undefined, fps: number): Side {
  if (timeline === undefined) return side;
  const from = Math.min(frameAt(timeline.start, fps), side.frames.length);
  const to =
    timeline.end === undefined
      ? side.frames.length
      : Math.min(frameAt(timeline.end, fps), side.frames.length);
  const { frameFileHashes, pictures } = side;
  return {
    ...side,
    frames: side.frames.slice(from, to),
    ...(frameFileHashes ? { frameFileHashes: () => frameFileHashes().slice(from, to) } : {}),
    pictures: pictures && cut(pictures, from, to),
    firstFrame: from,
  };
}

const cut = (source: PictureSource, from: number, to: number): PictureSource => ({
  ...source,
  count: to - from,
  read: (index) => source.read(index + from),
});
