import { createHash } from 'node:crypto';
import { refuse } from '../bad-input.ts';
import { type Picture, type PictureSource, sizeText } from './picture.ts';

/** As captures spell it: "WIDTHxHEIGHT:sha256 of the points". */
export const pictureHash = (picture: Picture): string =>
  `${sizeText(picture)}:${createHash('sha256').update(picture.rgba).digest('hex')}`;

export const pictureHashes = (source: PictureSource): string[] =>
  Array.from({ length: source.count }, (_, i) => pictureHash(source.read(i)));

/** Pictures beside a list of hashes must be those of the list: a stale file would put wrong pictures on the page. */
export function checkedPictures(
  source: PictureSource,
  hashes: readonly string[],
  what: string,
): PictureSource {
  const keep = new Map<number, Picture>();
  return {
    ...source,
    read(index) {
      const kept = keep.get(index);
      if (kept !== undefined) return kept;
      const picture = source.read(index);
      if (pictureHash(picture) !== hashes[index])
        refuse(`${what}: frame ${index} is not the one that frames.hashes names`);
      if (keep.size >= KEPT) keep.delete(keep.keys().next().value ?? -1);
      keep.set(index, picture);
      return picture;
    },
  };
}

/** Neighbours are looked at again and again while frames are laid side by side. */
const KEPT = 16;
