import { describe, expect, it } from 'vitest';
import { watchedPaths } from '../../../../src/engine/watch/watched-paths.ts';

const paths = watchedPaths('/ws', [
  { path: '/ws/BUILD.toml', index: 0, isListed: false },
  { path: '/ws/src', index: 1, isListed: true },
  { path: '/ws/src/a.c', index: 2, isListed: false },
  { path: '/ws/lib/deep/b.c', index: 3, isListed: false },
  { path: '/usr/bin/gcc', index: 4, isListed: false },
]);

describe('watched paths', () => {
  it('are followed with every folder above them in the workspace, and alone elsewhere', () => {
    expect([...paths.folders].sort()).toEqual(['/usr/bin', '/ws', '/ws/lib', '/ws/lib/deep', '/ws/src']);
  });

  it('know what a hint is about: the file, and the folder whose entries were read', () => {
    expect(paths.about('/ws/src', 'a.c')).toEqual([2, 1]);
    expect(paths.about('/ws/src', 'new.c')).toEqual([1]);
    expect(paths.about('/usr/bin', 'gcc')).toEqual([4]);
    expect(paths.about('/ws', 'notes.txt')).toEqual([]);
    expect(paths.about('/ws/lib', 'other')).toEqual([]);
  });

  it('take a folder that moved with everything below it', () => {
    expect(paths.about('/ws', 'lib')).toEqual([3]);
    expect(paths.about('/', 'ws')).toEqual([0, 1, 2, 3]);
    expect(paths.leadsTo('/ws/lib')).toBe(true);
    expect(paths.leadsTo('/usr')).toBe(true);
    expect(paths.leadsTo('/ws/src/a.c')).toBe(false);
  });

  it('do not take a name that begins alike for a folder above', () => {
    expect(paths.below('/ws/li')).toEqual([]);
    expect(paths.about('/ws', 'src2')).toEqual([]);
  });
});
