import { afterEach, describe, expect, it, vi } from 'vitest';
import { lastWords } from '../../../src/cli/last-words.ts';

afterEach(() => vi.restoreAllMocks());

describe('the last words', () => {
  it('of a bug own up to it, with the exit code that is not the caller’s fault', () => {
    const said: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    expect(lastWords(new TypeError('x is not a function'))).toBe(4);
    expect(said.join('')).toContain("a bug of recomp's own: x is not a function");
  });

  it.each([
    ['EROFS', '/ws/.recomp', true],
    ['EACCES', '/ws/.recomp/lock.7', true],
    ['EACCES', '/ws/recomp-out/a', true],
    ['ENOSPC', '/ws/.recomp/lock.7', false],
    ['EACCES', '/home/me/.cache/recomp/cas', false],
  ])('of a refusal (%s of %s) say what is written to the workspace: %s', (code, path, told) => {
    const said: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    expect(lastWords(Object.assign(new Error(code), { code, path, syscall: 'open' }))).toBe(4);
    expect(said[0]).toContain(path);
    expect(said.slice(1).join('').includes('work in a copy that you may write to')).toBe(told);
  });
});
