import { describe, expect, it } from 'vitest';
import { digestBytes } from '../../../src/fingerprint/digest-bytes.ts';
import { encodeActionResult } from '../../../src/fingerprint/reapi/encode-action-result.ts';
import { treeOf } from '../../../src/fingerprint/tree.ts';
import { resultReferences, treeReferences } from '../../../src/protocol/result-references.ts';

const digest = (text: string) => digestBytes(Buffer.from(text));
const content = {
  files: [
    { path: 'a', digest: digest('a'), executable: false },
    { path: 'b/c', digest: digest('c'), executable: true },
  ],
  links: [{ path: 'l', target: 'a' }],
  emptyDirs: [],
};

describe('what a result refers to', () => {
  it('is its files, its streams and its trees', () => {
    const { rootDigest, treeDigest } = treeOf(content);
    const result = encodeActionResult({
      outputs: [
        { kind: 'file', path: 'o', digest: digest('o'), executable: false },
        { kind: 'tree', path: 't', rootDigest, treeDigest, content },
      ],
      stdout: digest('out'),
      stderr: digest('err'),
      isolation: 2,
    });
    expect(resultReferences(result)).toEqual({
      blobs: [digest('o'), digest('out'), digest('err')],
      trees: [treeDigest],
      directories: [],
    });
  });

  it('is what its trees name, at every depth', () => {
    expect(treeReferences(treeOf(content).tree)).toEqual([digest('a'), digest('c')]);
  });

  it('is not known of what is damaged', () => {
    expect(resultReferences(Buffer.from([0x12, 9, 1]))).toBeUndefined();
    expect(treeReferences(Buffer.from([0x0a, 9, 1]))).toBeUndefined();
  });
});
