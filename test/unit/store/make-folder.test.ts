import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from '../../../src/store/make-folder.ts';

describe('makeFolder', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'recomp-folder-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('makes what is missing, and says whether anything was', () => {
    expect(makeFolder(join(root, 'a/b/c'))).toBe(true);
    expect(statSync(join(root, 'a/b/c')).isDirectory()).toBe(true);
    expect(makeFolder(join(root, 'a/b/c'))).toBe(false);
    expect(makeFolder(join(root, 'a/d/'))).toBe(true);
  });

  it('gives up where none can be made', () => {
    expect(() => makeFolder('/proc/nope/deep')).toThrow('ENOENT');
    writeFileSync(join(root, 'file'), '');
    expect(() => makeFolder(join(root, 'file'))).toThrow('EEXIST');
    expect(() => makeFolder(join(root, 'file/deep/er'))).toThrow('ENOTDIR');
  });
});
