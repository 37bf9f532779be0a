import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { unpackFrames } from '../../../rules/recompiler/validate/picture/frames-pack.ts';
import { pictureHash } from '../../../rules/recompiler/validate/picture/picture-hash.ts';
import { readPng } from '../../../rules/recompiler/validate/picture/png.ts';
import { sha256 } from '../../../rules/recompiler/validate/side/audio-files.ts';
import type { Comparison, MaterialPlace } from '../../../src/cli/accept/find-comparison.ts';
import { referenceChange } from '../../../src/cli/accept/reference-change.ts';
import { writeTogether } from '../../../src/cli/accept/write-together.ts';
import { makeLabel } from '../../../src/model/label.ts';
import { moving } from '../recompiler/validate-sides.ts';

const scratch = mkdtempSync(join(tmpdir(), 'recomp-validate-accept-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const { rgba } = moving(1, 4, 2);
const bin = Buffer.concat([Buffer.from([4, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), rgba]);
const CAPTURE = {
  'c/frames.hashes': 'a\nb\n',
  'c/audio.hashes': 'x\n',
  'c/frames.bin': bin,
  'c/audio.raw': 'ssss',
  'c/audio.sizes': '4\n',
};

let made = 0;
function scene(files: Readonly<Record<string, string | Uint8Array>>): {
  root: string;
  comparison: Comparison;
} {
  const root = join(scratch, String(made++));
  for (const [path, content] of Object.entries({ ...CAPTURE, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return {
    root,
    comparison: {
      captureLabel: makeLabel('', 'c'),
      capture: { folder: join(root, 'c') },
      tainted: false,
      reference: {
        frames: { format: 'list', path: 'r/frames.hashes' },
        audio: { format: 'list', path: 'r/audio.hashes' },
        folder: 'r',
      },
    },
  };
}

const changeOf = ({ root, comparison }: ReturnType<typeof scene>, pictures = false) => {
  const change = referenceChange(root, comparison, pictures);
  if (!change.ok) throw new Error(change.error);
  return change.value;
};

describe('a new reference', () => {
  it('is what differs, and says so', () => {
    const one = scene({ 'r/frames.hashes': 'a\nz\nq\n', 'r/audio.hashes': 'x\n' });
    expect(changeOf(one)).toMatchObject({
      lines: ['frames: 1 of 3 become others: 1; 1 fewer at the end', 'audio: all 1 stay as they are'],
      files: [{ path: 'r/frames.hashes' }],
      added: [],
    });
  });

  it('keeps pictures and sound where it is asked to, and names the new files', () => {
    const one = scene({ 'r/frames.hashes': 'a\nb\n' });
    expect(changeOf(one).files.map((f) => f.path)).toEqual(['r/audio.hashes']);
    const { files, added } = changeOf(one, true);
    expect(added).toEqual(['r/audio.hashes', 'r/frames.pack', 'r/audio.raw', 'r/audio.sizes']);
    const pack = files.find((f) => f.path === 'r/frames.pack')?.content ?? new Uint8Array();
    expect(Buffer.from(unpackFrames(pack, 'p'))).toEqual(bin);
  });

  it('never leaves pictures of another capture beside the hashes', () => {
    const one = scene({ 'r/frames.hashes': 'a\n', 'r/frames.bin': 'old', 'r/audio.raw': 'old' });
    const { files } = changeOf(one);
    expect(files.map((f) => f.path)).toEqual([
      'r/frames.hashes',
      'r/audio.hashes',
      'r/frames.bin',
      'r/audio.raw',
    ]);
    const other = scene({ 'r/frames.hashes': 'a\n', 'r/frames/1.png': '' });
    expect(referenceChange(other.root, other.comparison, false)).toMatchObject({ ok: false });
  });

  it('refuses pictures of what is proprietary, and links', () => {
    const one = scene({ 'r/frames.hashes': 'a\n' });
    const tainted = { ...one.comparison, tainted: true };
    expect(referenceChange(one.root, tainted, true)).toMatchObject({
      ok: false,
      error: expect.stringContaining('proprietary'),
    });
    expect(referenceChange(one.root, tainted, false).ok).toBe(true);
    symlinkSync(join(one.root, 'c/audio.hashes'), join(one.root, 'r/audio.hashes'));
    expect(referenceChange(one.root, one.comparison, false)).toMatchObject({
      ok: false,
      error: expect.stringContaining('is a link'),
    });
  });

  it('of recomp’s own capture can be a folder of PNGs, or a file; sound in other chunks cannot', () => {
    const hashes = `${pictureHash(moving(1, 4, 2))}\n`;
    const one = scene({
      'c/frames.hashes': hashes,
      'c/audio.hashes': `${sha256(Buffer.from('ssss'))}\n`,
      'r/pictures/9.png': 'old',
    });
    const of = (frames: MaterialPlace, audio: MaterialPlace) =>
      referenceChange(one.root, { ...one.comparison, reference: { frames, audio } }, false);
    const folder = of({ format: 'directory', path: 'r/pictures' }, { format: 'directory', path: 'r/sound' });
    expect(folder).toMatchObject({
      ok: true,
      value: {
        files: [
          { path: 'r/pictures/000000.png' },
          { path: 'r/sound/000000.raw', content: Buffer.from('ssss') },
        ],
        removed: ['r/pictures/9.png'],
        added: [],
      },
    });
    const png = folder.ok ? folder.value.files[0]?.content : undefined;
    expect(`${pictureHash(readPng(png ?? new Uint8Array(), ''))}\n`).toBe(hashes);
    expect(of({ format: 'file', path: 'r/f.bin' }, { format: 'file', path: 'r/a.raw' })).toMatchObject({
      ok: true,
      value: {
        files: [
          { path: 'r/f.bin', content: bin },
          { path: 'r/a.raw', content: Buffer.from('ssss') },
        ],
      },
    });
    writeFileSync(join(one.root, 'c/audio.hashes'), `${'0'.repeat(64)}\n`);
    expect(of({ format: 'list', path: 'r/l' }, { format: 'file', path: 'r/a.raw' })).toMatchObject({
      ok: false,
      error: expect.stringContaining('chunks of other sizes'),
    });
    const tainted = {
      ...one.comparison,
      tainted: true,
      reference: { frames: { format: 'file', path: 'r/f.bin' } as const },
    };
    expect(referenceChange(one.root, tainted, false)).toMatchObject({
      ok: false,
      error: expect.stringContaining('proprietary'),
    });
  });

  it('is written as a whole, or not at all', () => {
    const { root } = scene({ 'r/one': 'old' });
    const bytes = Buffer.from('new');
    mkdirSync(join(root, 'r', `two.new-${process.pid}`));
    expect(() =>
      writeTogether(root, [
        { path: 'r/one', content: bytes },
        { path: 'r/two', content: bytes },
      ]),
    ).toThrow();
    expect(readFileSync(join(root, 'r/one'), 'utf8')).toBe('old');
    rmSync(join(root, 'r', `two.new-${process.pid}`), { recursive: true, force: true });
    writeTogether(root, [
      { path: 'r/one', content: bytes },
      { path: 'r/deep/two', content: bytes },
    ]);
    expect(readFileSync(join(root, 'r/deep/two'), 'utf8')).toBe('new');
    expect(readdirSync(join(root, 'r')).sort()).toEqual(['deep', 'one']);
  });
});
