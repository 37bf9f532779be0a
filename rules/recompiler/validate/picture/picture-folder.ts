import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sorted } from '../../../../src/base/order.ts';
import type { PictureSource } from './picture.ts';
import { readPng } from './png.ts';

/** The files of a folder of frames, in the order of their names; `frame_10` must not come before `frame_9`. */
export function frameFiles(folder: string): readonly string[] {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return sorted(names.map((entry) => entry.name).filter((name) => !name.startsWith('.')))
    .map((name) => ({ name, key: name.replace(/\d+/g, (digits) => digits.padStart(20, '0')) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ name }) => name);
}

/** A folder of PNGs, one a frame; undefined where other files are among them, which have hashes and no pictures. */
export function openPictureFolder(folder: string): PictureSource | undefined {
  const names = frameFiles(folder);
  if (names.length === 0 || !names.every((name) => /\.png$/i.test(name))) return undefined;
  return {
    count: names.length,
    read(index) {
      const path = join(folder, names[index] ?? '');
      return readPng(readFileSync(path), path);
    },
    close: () => {},
  };
}
