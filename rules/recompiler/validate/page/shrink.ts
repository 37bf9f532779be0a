import type { Picture } from '../picture/picture.ts';

/** The widest that a picture on the page is. */
const MAX_WIDTH = 640;

/** How many points of a picture become one on the page, in each direction. */
export const shrinkFactor = ({ width }: Picture): number => Math.max(1, Math.ceil(width / MAX_WIDTH));

/** Means of squares of points. */
export function shrink(picture: Picture): Picture {
  const by = shrinkFactor(picture);
  if (by === 1) return picture;
  const [width, height] = [Math.ceil(picture.width / by), Math.ceil(picture.height / by)];
  const rgba = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 4; c++)
      rgba[i * 4 + c] = meanOf(picture, (i % width) * by, Math.floor(i / width) * by, by, c);
  return { width, height, rgba };
}

function meanOf(
  { width, height, rgba }: Picture,
  left: number,
  top: number,
  by: number,
  channel: number,
): number {
  let [sum, count] = [0, 0];
  for (let y = top; y < Math.min(top + by, height); y++)
    for (let x = left; x < Math.min(left + by, width); x++, count++)
      sum += rgba[(y * width + x) * 4 + channel] ?? 0;
  return Math.round(sum / Math.max(1, count));
}
