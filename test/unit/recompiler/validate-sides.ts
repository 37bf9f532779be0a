import { examine } from '../../../rules/recompiler/validate/judge/findings.ts';
import type { Picture, PictureSource } from '../../../rules/recompiler/validate/picture/picture.ts';
import { pictureHashes } from '../../../rules/recompiler/validate/picture/picture-hash.ts';
import type { ValidationReport } from '../../../rules/recompiler/validate/report.ts';
import { EXACT, type Settings } from '../../../rules/recompiler/validate/settings/settings.ts';
import type { Side } from '../../../rules/recompiler/validate/side/side.ts';
import { reportOf } from '../../../rules/recompiler/validate/validate.ts';

/** What tests of the validation compare: sides that were never files. */
export const list = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`);

export const sideOf = (
  frames: readonly string[],
  audio?: readonly string[],
  more: Partial<Side> = {},
): Side => ({
  frames,
  audio,
  chunkSizes: undefined,
  pictures: undefined,
  sound: undefined,
  video: undefined,
  firstFrame: 0,
  ...more,
});

export const same = sideOf(list(50, 'f'), list(50, 'a'));

/** Everything exact, but for these. */
export const settings = (limits: Partial<Settings['limits']>, more: Partial<Settings> = {}): Settings => ({
  ...EXACT,
  ...more,
  limits: { ...EXACT.limits, ...limits },
});

export const judge = (capture: Side, by: Settings = EXACT, reference: Side = same): ValidationReport =>
  reportOf(examine(by, 60, reference, capture));

export const failedCases = (report: ValidationReport): string[] =>
  report.cases.filter((c) => c.status === 'failed').map((c) => c.name);

/** A picture in which everything moves from frame to frame. */
export function moving(frame: number, width = 32, height = 18): Picture {
  const rgba = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const inside = Math.abs(x - ((frame * 3) % width)) < 4 && Math.abs(y - ((frame * 2) % height)) < 4;
    rgba.set([inside ? 250 : 40 + x, inside ? 200 : 30 + y, (x * y) & 127, 255], i * 4);
  }
  return { width, height, rgba };
}

export const sourceOf = (pictures: readonly Picture[]): PictureSource => ({
  count: pictures.length,
  read: (index) => {
    const picture = pictures[index];
    if (picture === undefined) throw new Error(`there is no picture ${index}`);
    return picture;
  },
  close: () => {},
});

export function filmed(pictures: readonly Picture[]): Side {
  const source = sourceOf(pictures);
  return sideOf(pictureHashes(source), undefined, { pictures: source });
}

/** The same picture with one byte of it another. */
export function withByte(picture: Picture, at: number, change: number): Picture {
  const rgba = Uint8Array.from(picture.rgba);
  rgba[at] = (rgba[at] ?? 0) ^ change;
  return { ...picture, rgba };
}
