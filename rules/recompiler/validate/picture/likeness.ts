import { isSameSize, luma, type Picture } from './picture.ts';

/** How alike two pictures are. */
export interface Likeness {
  /** Structural similarity of the brightness, 1 where it is the same. */
  readonly ssim: number;
  /** Mean squared error over red, green and blue. */
  readonly mse: number;
}

export const SAME: Likeness = { ssim: 1, mse: 0 };
/** Also of pictures of different sizes, and of one that is missing. */
export const UNLIKE: Likeness = { ssim: 0, mse: 255 * 255 };

const WINDOW = 8;
const STRIDE = 4;
/** (0.01·255)² and (0.03·255)², the constants of the paper. */
const C1 = 6.5025;
const C2 = 58.5225;

export const likeness = (a: Picture, b: Picture): Likeness =>
  isSameSize(a, b) ? { ssim: ssim(luma(a), luma(b), a.width, a.height), mse: meanSquare(a, b) } : UNLIKE;

/** In decibels, 100 at most: what is the same has no finite one. */
export const psnr = (mse: number): number =>
  mse <= 0 ? 100 : Math.min(100, 10 * Math.log10((255 * 255) / mse));

function meanSquare(a: Picture, b: Picture): number {
  let sum = 0;
  for (let i = 0; i < a.rgba.length; i++) {
    if ((i & 3) === 3) continue;
    const delta = (a.rgba[i] ?? 0) - (b.rgba[i] ?? 0);
    sum += delta * delta;
  }
  return sum / (a.width * a.height * 3);
}

/** Mean over windows of 8×8, four points apart, the last ones flush with the edges (Wang et al. 2004, without weights). */
function ssim(a: Uint8Array, b: Uint8Array, width: number, height: number): number {
  let [sum, count] = [0, 0];
  for (const y of starts(height))
    for (const x of starts(width)) {
      sum += windowSsim(a, b, y * width + x, width, Math.min(WINDOW, width), Math.min(WINDOW, height));
      count++;
    }
  return sum / count;
}

function starts(length: number): number[] {
  const last = Math.max(0, length - WINDOW);
  const out: number[] = [];
  for (let at = 0; at < last; at += STRIDE) out.push(at);
  return [...out, last];
}

function windowSsim(
  a: Uint8Array,
  b: Uint8Array,
  from: number,
  row: number,
  wide: number,
  high: number,
): number {
  let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
  for (let y = 0; y < high; y++)
    for (let at = from + y * row, end = at + wide; at < end; at++) {
      const p = a[at] ?? 0;
      const q = b[at] ?? 0;
      sa += p;
      sb += q;
      saa += p * p;
      sbb += q * q;
      sab += p * q;
    }
  const n = wide * high;
  const [ma, mb] = [sa / n, sb / n];
  const [va, vb, cov] = [saa / n - ma * ma, sbb / n - mb * mb, sab / n - ma * mb];
  return ((2 * ma * mb + C1) * (2 * cov + C2)) / ((ma * ma + mb * mb + C1) * (va + vb + C2));
}
