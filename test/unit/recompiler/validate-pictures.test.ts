import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { crc32 } from '../../../rules/recompiler/validate/picture/crc32.ts';
import { deflate } from '../../../rules/recompiler/validate/picture/deflate.ts';
import { framesOfBytes, openFramesFile } from '../../../rules/recompiler/validate/picture/frames-file.ts';
import {
  openFramesPack,
  packFrames,
  unpackFrames,
} from '../../../rules/recompiler/validate/picture/frames-pack.ts';
import { likeness, psnr } from '../../../rules/recompiler/validate/picture/likeness.ts';
import type { Picture } from '../../../rules/recompiler/validate/picture/picture.ts';
import { frameFiles, openPictureFolder } from '../../../rules/recompiler/validate/picture/picture-folder.ts';
import { checkedPictures, pictureHashes } from '../../../rules/recompiler/validate/picture/picture-hash.ts';
import { readPng, writePng } from '../../../rules/recompiler/validate/picture/png.ts';
import { moving, sourceOf, withByte } from './validate-sides.ts';

const folder = mkdtempSync(join(tmpdir(), 'recomp-validate-pictures-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As the runtime writes frames. */
function framesBin(pictures: readonly Picture[]): Uint8Array {
  return Buffer.concat(
    pictures.flatMap(({ width, height, rgba }, i) => {
      const header = Buffer.alloc(16);
      header.writeUInt32LE(width, 0);
      header.writeUInt32LE(height, 4);
      header.writeUInt32LE(i * 320_000, 8);
      return [header, rgba];
    }),
  );
}

const film = [moving(0), moving(1, 5, 3), moving(2, 1, 1), moving(3)];

describe('frames.bin and frames.pack', () => {
  it('hold the same pictures', () => {
    const path = join(folder, 'frames.bin');
    writeFileSync(path, framesBin(film));
    const file = openFramesFile(path);
    const pack = openFramesPack(packFrames(framesBin(film)), 'frames.pack');
    expect(file.count).toBe(4);
    expect(pictureHashes(file)).toEqual(pictureHashes(sourceOf(film)));
    expect(pictureHashes(pack)).toEqual(pictureHashes(sourceOf(film)));
    expect(unpackFrames(packFrames(framesBin(film)), 'p')).toEqual(Uint8Array.from(framesBin(film)));
    file.close();
  });

  it('refuse what is cut off, damaged or impossible', () => {
    const good = framesBin(film);
    expect(() => framesOfBytes(good.subarray(0, good.length - 1), 'x')).toThrow('x: frame 3 is cut off');
    expect(() => framesOfBytes(good.subarray(0, 10), 'x')).toThrow('x: frame 0 is cut off');
    expect(() => framesOfBytes(Buffer.alloc(16, 0xff), 'x')).toThrow('impossible size');
    const pack = packFrames(good);
    expect(() => openFramesPack(pack.subarray(0, 40), 'x')).toThrow('cannot be unpacked');
    expect(() => openFramesPack(good, 'x')).toThrow('x is no frames.pack');
    expect(() => packFrames(good.subarray(0, good.length - 1))).toThrow('cut off');
  });

  it('must be the pictures that the hashes name', () => {
    const hashes = pictureHashes(sourceOf(film));
    const other = checkedPictures(
      sourceOf([withByte(moving(0), 3, 1), ...film.slice(1)]),
      hashes,
      'reference',
    );
    expect(() => other.read(0)).toThrow('reference: frame 0 is not the one that frames.hashes names');
    expect(other.read(1).width).toBe(5);
  });
});

describe('deflate', () => {
  it('is undone by zlib, and never grows much', () => {
    const runs = fc.array(fc.tuple(fc.nat(255), fc.nat(400)), { maxLength: 40 });
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 3000 }),
      runs.map((r) =>
        Uint8Array.from(r.flatMap(([value, count]) => Array.from({ length: count }, () => value))),
      ),
    );
    fc.assert(
      fc.property(bytes, (input) => {
        const packed = deflate(input);
        expect(Buffer.from(inflateSync(packed))).toEqual(Buffer.from(input));
        expect(packed.length).toBeLessThan(input.length * 1.13 + 16);
      }),
    );
  });

  it('finds what is far back, and nothing beyond the window', () => {
    const block = Uint8Array.from({ length: 32_768 }, (_, i) => (i * i * 31 + (i >> 3)) & 255);
    const twice = Buffer.concat([block, block, block]);
    expect(Buffer.from(inflateSync(deflate(twice)))).toEqual(twice);
    expect(deflate(new Uint8Array(100_000)).length).toBeLessThan(1000);
  });
});

describe('PNG', () => {
  it('comes back as it was, without alpha', () => {
    for (const picture of film) {
      const { rgba, ...size } = readPng(writePng(picture), 'p');
      expect(size).toEqual({ width: picture.width, height: picture.height });
      expect(Buffer.from(rgba)).toEqual(Buffer.from(picture.rgba));
    }
  });

  /** A PNG as others write it: of any kind, with any row filter. */
  function foreign(
    kind: number,
    depth: number,
    rows: readonly (readonly number[])[],
    width: number,
    more: readonly [string, number[]][] = [],
  ): Buffer {
    const chunk = (type: string, content: Uint8Array): Buffer => {
      const out = Buffer.concat([Buffer.alloc(4), Buffer.from(type), content, Buffer.alloc(4)]);
      out.writeUInt32BE(content.length, 0);
      out.writeUInt32BE(crc32(out.subarray(4, out.length - 4)), out.length - 4);
      return out;
    };
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(rows.length, 4);
    header.set([depth, kind, 0, 0, 0], 8);
    const data = deflateSync(Buffer.from(rows.flat()));
    return Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      chunk('IHDR', header),
      ...more.map(([type, content]) => chunk(type, Buffer.from(content))),
      chunk('IDAT', data.subarray(0, 5)),
      chunk('IDAT', data.subarray(5)),
      chunk('IEND', Buffer.alloc(0)),
    ]);
  }

  it('is read with every row filter', () => {
    // Worked out by hand after the PNG specification, 9.2: two grey points a row.
    const rows = [
      [0, 10, 20],
      [1, 30, 5],
      [2, 1, 1],
      [3, 10, 10],
      [4, 1, 2],
    ];
    const { rgba } = readPng(foreign(0, 8, rows, 2), 'p');
    const grey = Array.from({ length: 10 }, (_, i) => rgba[i * 4]);
    expect(grey).toEqual([10, 20, 30, 35, 31, 36, 25, 40, 26, 42]);
  });

  it('is read in every kind', () => {
    const first = (png: Buffer): number[] => [...readPng(png, 'p').rgba.subarray(0, 4)];
    expect(first(foreign(2, 8, [[0, 1, 2, 3]], 1))).toEqual([1, 2, 3, 255]);
    expect(first(foreign(6, 8, [[0, 1, 2, 3, 4]], 1))).toEqual([1, 2, 3, 4]);
    expect(first(foreign(4, 8, [[0, 9, 8]], 1))).toEqual([9, 9, 9, 8]);
    expect(first(foreign(2, 16, [[0, 1, 99, 2, 99, 3, 99]], 1))).toEqual([1, 2, 3, 255]);
    expect(
      first(
        foreign(3, 8, [[0, 1]], 1, [
          ['PLTE', [0, 0, 0, 7, 8, 9]],
          ['tRNS', [255, 6]],
        ]),
      ),
    ).toEqual([7, 8, 9, 6]);
  });

  it('is refused where it is something else', () => {
    const good = writePng(moving(0));
    expect(() => readPng(Buffer.from('GIF89a'), 'p')).toThrow('p is no PNG');
    expect(() => readPng(good.subarray(0, good.length - 20), 'p')).toThrow('p is cut off');
    expect(() => readPng(Buffer.from(good.map((b, i) => (i === 60 ? b ^ 1 : b))), 'p')).toThrow(
      'p is damaged',
    );
    expect(() => readPng(foreign(2, 4, [[0, 1]], 1), 'p')).toThrow('only PNGs of 8 or 16 bits');
    expect(() => readPng(foreign(0, 8, [[9, 1]], 1), 'p')).toThrow('row filter 9');
    expect(() => readPng(foreign(0, 8, [[0, 1]], 9), 'p')).toThrow('p is cut off');
  });

  it('in a folder is in the order of the numbers', () => {
    const frames = join(folder, 'frames');
    mkdirSync(frames);
    for (const n of [1, 2, 10]) writeFileSync(join(frames, `frame_${n}.png`), writePng(moving(n)));
    expect(frameFiles(frames)).toEqual(['frame_1.png', 'frame_2.png', 'frame_10.png']);
    const source = openPictureFolder(frames);
    expect(source && pictureHashes(source)).toEqual(
      pictureHashes(sourceOf([1, 2, 10].map((n) => moving(n)))),
    );
    writeFileSync(join(frames, 'frame_11.jpg'), 'not a PNG');
    expect(openPictureFolder(frames)).toBeUndefined();
  });
});

describe('likeness', () => {
  it('is perfect for the same, and falls with what differs', () => {
    const picture = moving(3);
    expect(likeness(picture, picture)).toEqual({ ssim: 1, mse: 0 });
    const noisy = (by: number): Picture => ({
      ...picture,
      rgba: picture.rgba.map((v, i) =>
        i % 4 === 3 ? v : Math.max(0, Math.min(255, v + (i % 7 < 3 ? by : -by))),
      ),
    });
    const scores = [2, 8, 32].map((by) => likeness(picture, noisy(by)));
    expect(scores.map((s) => s.ssim)).toEqual(scores.map((s) => s.ssim).sort((a, b) => b - a));
    expect(scores[0]?.ssim).toBeGreaterThan(0.9);
    expect(scores[2]?.ssim).toBeLessThan(0.7);
    expect(scores[0]?.mse).toBeCloseTo(4, 0);
  });

  it('agrees with the formulas on flat pictures', () => {
    const flat = (v: number): Picture => ({
      width: 16,
      height: 16,
      rgba: new Uint8Array(1024).map((_, i) => (i % 4 === 3 ? 255 : v)),
    });
    const { ssim, mse } = likeness(flat(100), flat(120));
    expect(ssim).toBeCloseTo((2 * 100 * 120 + 6.5025) / (100 ** 2 + 120 ** 2 + 6.5025), 10);
    expect(mse).toBe(400);
    expect(psnr(mse)).toBeCloseTo(22.11, 2);
    expect(psnr(0)).toBe(100);
  });

  it('sees a colour that is as bright as another', () => {
    const green: Picture = {
      width: 8,
      height: 8,
      rgba: new Uint8Array(256).map((_, i) => [0, 100, 0, 255][i % 4] ?? 0),
    };
    const red: Picture = {
      width: 8,
      height: 8,
      rgba: new Uint8Array(256).map((_, i) => [196, 0, 0, 255][i % 4] ?? 0),
    };
    const { ssim, mse } = likeness(green, red);
    expect(ssim).toBeGreaterThan(0.99);
    expect(psnr(mse)).toBeLessThan(10);
  });
});
