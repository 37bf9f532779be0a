import { describe, expect, it } from 'vitest';
import { digestBytes } from '../../../src/fingerprint/digest-bytes.ts';
import { parseReadName, parseWriteName, readName, writeName } from '../../../src/protocol/resource-name.ts';

const digest = digestBytes(Buffer.from('hello'));
const { hash } = digest;

describe('resource names', () => {
  it.each(['', 'main', 'a/b/c'])('come back from the instance %j', (instance) => {
    for (const zstd of [false, true]) {
      const blob = { instance, digest, zstd };
      expect(parseReadName(readName(blob))).toEqual(blob);
      expect(parseWriteName(writeName(blob, 'some-uuid'))).toEqual(blob);
    }
  });

  it('have no slash for an empty instance', () => {
    expect(readName({ instance: '', digest, zstd: false })).toBe(`blobs/${hash}/5`);
    expect(writeName({ instance: '', digest, zstd: true }, 'u')).toBe(
      `uploads/u/compressed-blobs/zstd/${hash}/5`,
    );
  });

  it('may name the hash function, and go on after the size of an upload', () => {
    expect(parseReadName(`x/blobs/sha256/${hash}/5`)?.digest).toEqual(digest);
    expect(parseWriteName(`uploads/u/blobs/${hash}/5/some/name.txt`)?.digest).toEqual(digest);
  });

  it.each([
    ['', 'nothing'],
    [`blobs/${hash}`, 'no size'],
    [`blobs/${hash.toUpperCase()}/5`, 'capitals'],
    [`blobs/${hash}/05`, 'a size with a zero before it'],
    [`blobs/${hash}/-5`, 'a negative size'],
    [`blobs/${hash}/99999999999999999999`, 'a size that no number holds'],
    [`blobs/../${hash}/5`, 'a step up'],
    [`blobs/${hash}/5/more`, 'more after the size'],
    [`compressed-blobs/brotli/${hash}/5`, 'another compressor'],
  ])('%s is refused: %s', (name) => {
    expect(parseReadName(name)).toBeUndefined();
  });

  it.each([`uploads/${hash}/5`, `blobs/${hash}/5`, `uploads//blobs/${hash}/5`])('%s is no upload', (name) => {
    expect(parseWriteName(name)).toBeUndefined();
  });
});
