/** Red, green, blue and alpha of each point, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** The pictures of a video, read one at a time: a minute of it can be larger than the memory. */
export interface PictureSource {
  readonly count: number;
  read(index: number): Picture;
  close(): void;
}

/** More points than any screen has. */
export const MAX_POINTS = 1 << 26;

export const isSameSize = (a: Picture, b: Picture): boolean => a.width === b.width && a.height === b.height;

export const sizeText = ({ width, height }: { width: number; height: number }): string =>
  `${width}x${height}`;

/** Brightness as of ITU-R BT.601, full range. */
export function luma({ width, height, rgba }: Picture): Uint8Array {
  const out = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < out.length; i++, at += 4) {
    out[i] =
      (19595 * (rgba[at] ?? 0) + 38470 * (rgba[at + 1] ?? 0) + 7471 * (rgba[at + 2] ?? 0) + 32768) >> 16;
  }
  return out;
}
