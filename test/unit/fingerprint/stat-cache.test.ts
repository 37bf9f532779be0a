import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestBytes, digestFile } from '../../../src/fingerprint/digest-bytes.ts';
import { StatCache } from '../../../src/fingerprint/stat-cache.ts';
import { isRacy, sameSignature, signatureOf } from '../../../src/fingerprint/stat-signature.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recomp-stat-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const until = async (path: string): Promise<void> => {
  const born = statSync(path).ctimeMs;
  while (Date.now() - born < 60) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('stat cache', () => {
  it('digests a file and follows its content', async () => {
    const path = write('a', 'one');
    await until(path);
    const cache = new StatCache();
    expect(cache.digestOf(path)).toMatchObject({
      digest: digestBytes(Buffer.from('one')),
      executable: false,
      racy: false,
    });
    writeFileSync(path, 'two');
    expect(cache.digestOf(path)).toMatchObject({ digest: digestBytes(Buffer.from('two')) });
  });

  it('believes a signature it may trust, in a later process too', async () => {
    const path = write('a', 'one');
    await until(path);
    const first = new StatCache();
    first.digestOf(path);
    const planted = first.entries().map((e) => ({ ...e, digest: digestBytes(Buffer.from('planted')) }));
    expect(planted.length).toBe(1);
    expect(new StatCache(planted).digestOf(path)).toMatchObject({
      digest: digestBytes(Buffer.from('planted')),
    });
  });

  it('does not believe one that is too young: an edit of equal size could hide', () => {
    const path = write('a', 'one');
    // However long it takes to come to the hashing.
    const soon = new Date(Date.now() + 600_000);
    utimesSync(path, soon, soon);
    const cache = new StatCache();
    expect(cache.digestOf(path)).toMatchObject({ racy: true });
    expect(cache.entries()).toEqual([]);
    writeFileSync(path, 'two');
    expect(cache.digestOf(path)).toMatchObject({ digest: digestBytes(Buffer.from('two')) });
  });

  it('sees through an edit that puts the old time back', async () => {
    const path = write('a', 'one');
    const old = new Date('2020-01-01T00:00:00.5Z');
    utimesSync(path, old, old);
    await until(path);
    const cache = new StatCache();
    cache.digestOf(path);
    expect(cache.entries().length).toBe(1);
    writeFileSync(path, 'two');
    utimesSync(path, old, old);
    expect(cache.digestOf(path)).toMatchObject({ digest: digestBytes(Buffer.from('two')) });
  });

  it('sees the executable bit', () => {
    const path = write('a', 'one');
    const cache = new StatCache();
    chmodSync(path, 0o755);
    expect(cache.digestOf(path)).toMatchObject({ executable: true });
  });

  it('tells what is no file', () => {
    const cache = new StatCache();
    mkdirSync(join(folder, 'd'));
    expect(cache.digestOf(join(folder, 'none'))).toBe('missing');
    expect(cache.digestOf(join(folder, 'd'))).toBe('not-a-file');
    expect(cache.digestOf(join(write('f', ''), 'below'))).toBe('missing');
    expect(cache.digestOf(join(folder, 'x'.repeat(300)))).toBe('unreadable');
  });

  it('digests large files in pieces', () => {
    const path = write('big', 'x'.repeat(3_000_001));
    expect(digestFile(path)).toEqual(digestBytes(readFileSync(path)));
  });
});

describe('racy signatures', () => {
  const sig = { size: 1, mtimeMs: 5000.5, ctimeMs: 5000.5, ino: 1, mode: 0o100644 };

  it.each([
    ['long after', sig, 6000, false],
    ['within the clock tick', sig, 5010, true],
    ['in the future', sig, 1000, true],
    ['a young ctime alone', { ...sig, mtimeMs: 10.5 }, 5010, true],
    ['a young mtime alone', { ...sig, ctimeMs: 10.5 }, 5010, true],
    ['whole seconds', { ...sig, mtimeMs: 5000, ctimeMs: 5000 }, 6900, true],
    ['whole seconds, long ago', { ...sig, mtimeMs: 5000, ctimeMs: 5000 }, 7100, false],
  ])('%s', (_, signature, at, racy) => {
    expect(isRacy(signature, at)).toBe(racy);
  });

  it('every member counts when comparing', () => {
    for (const key of ['size', 'mtimeMs', 'ctimeMs', 'ino', 'mode'] as const) {
      expect(sameSignature(sig, { ...sig, [key]: sig[key] + 1 })).toBe(false);
    }
    expect(sameSignature(sig, { ...sig })).toBe(true);
    expect(sameSignature(signatureOf(statSync('/')), signatureOf(statSync('/')))).toBe(true);
  });
});
