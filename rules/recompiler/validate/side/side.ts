import type { PictureSource } from '../picture/picture.ts';
import type { Video } from '../settings/video-config.ts';
import type { Sound } from '../sound/sound.ts';

/** A reference or a capture, as it was found. */
export interface Side {
  readonly frames: readonly string[];
  /** Of the frames' files as they are, for lists that others made that way. */
  readonly frameFileHashes?: () => readonly string[];
  readonly audio: readonly string[] | undefined;
  /** How many bytes each chunk has, where that is known. */
  readonly chunkSizes: readonly number[] | undefined;
  /** Only hashes may be there. */
  readonly pictures: PictureSource | undefined;
  readonly sound: Sound | undefined;
  readonly video: Video | undefined;
  /** The number of the first frame: a reference's timeline may begin later. */
  readonly firstFrame: number;
}

/** Where frames (a folder or a file) and sound lie. */
export interface Material {
  readonly frames?: string | undefined;
  readonly audio?: string | undefined;
}
