import { isSameSize, type Picture } from '../picture/picture.ts';

export interface Difference {
  readonly picture: Picture;
  /** How many points differ, and the smallest box around them. */
  readonly points: number;
  readonly box: Box;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The capture, darkened, with what differs in red to yellow, the brighter the more; undefined where sizes differ. */
export function pictureDifference(reference: Picture, capture: Picture): Difference | undefined {
  if (!isSameSize(reference, capture)) return undefined;
  const { width, height } = capture;
  const rgba = new Uint8Array(width * height * 4);
  let points = 0;
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let i = 0, at = 0; i < width * height; i++, at += 4) {
    const delta = mostOf(reference.rgba, capture.rgba, at);
    if (delta > 0) {
      points++;
      const [x, y] = [i % width, Math.floor(i / width)];
      [left, top, right, bottom] = [
        Math.min(left, x),
        Math.min(top, y),
        Math.max(right, x),
        Math.max(bottom, y),
      ];
    }
    paint(rgba, at, delta, capture.rgba);
  }
  return { picture: { width, height, rgba }, points, box: { left, top, right, bottom } };
}

function mostOf(a: Uint8Array, b: Uint8Array, at: number): number {
  let most = 0;
  for (let c = 0; c < 4; c++) most = Math.max(most, Math.abs((a[at + c] ?? 0) - (b[at + c] ?? 0)));
  return most;
}

function paint(rgba: Uint8Array, at: number, delta: number, under: Uint8Array): void {
  for (let c = 0; c < 3; c++) {
    const hot = c === 0 ? 255 : c === 1 ? Math.min(255, 40 + delta * 3) : 40;
    rgba[at + c] = delta > 0 ? hot : (under[at + c] ?? 0) >> 3;
  }
  rgba[at + 3] = 255;
}
