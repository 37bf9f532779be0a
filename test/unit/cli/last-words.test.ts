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
});
