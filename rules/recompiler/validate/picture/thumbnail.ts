import { luma, type PictureSource } from './picture.ts';

const WIDE = 16;
const HIGH = 9;

/** Mean brightness of 16×9 fields: enough to tell which of two frames another one is more like. */
function thumbnail(source: PictureSource, index: number): Uint8Array {
  const picture = source.read(index);
  const bright = luma(picture);
  const sums = new Float64Array(WIDE * HIGH);
  const counts = new Float64Array(WIDE * HIGH);
  for (let y = 0, at = 0; y < picture.height; y++) {
    const row = Math.floor((y * HIGH) / picture.height) * WIDE;
    for (let x = 0; x < picture.width; x++, at++) {
      const field = row + Math.floor((x * WIDE) / picture.width);
      sums[field] = (sums[field] ?? 0) + (bright[at] ?? 0);
      counts[field] = (counts[field] ?? 0) + 1;
    }
  }
  return Uint8Array.from(sums, (sum, i) => Math.round(sum / Math.max(1, counts[i] ?? 0)));
}

/** How far apart two frames look, from 0 to 255; each frame is read once. */
export function roughDifference(
  reference: PictureSource,
  capture: PictureSource,
): (r: number, c: number) => number {
  const known = [new Map<number, Uint8Array>(), new Map<number, Uint8Array>()] as const;
  const get = (map: Map<number, Uint8Array>, source: PictureSource, index: number): Uint8Array => {
    const made = map.get(index) ?? thumbnail(source, index);
    map.set(index, made);
    return made;
  };
  return (r, c) => {
    const [a, b] = [get(known[0], reference, r), get(known[1], capture, c)];
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
    return sum / a.length;
  };
}
