import { describe, expect, it } from 'vitest';
import { drawsOver, showsUnicode, usesColor } from '../../../src/cli/terminal-traits.ts';

describe('what a terminal is given', () => {
  it('draws over its lines only on a terminal that somebody looks at', () => {
    expect(drawsOver({ TERM: 'xterm-256color' }, true)).toBe(true);
    expect(drawsOver({ TERM: 'xterm-256color', CI: 'false' }, true)).toBe(true);
    expect(drawsOver({ TERM: 'xterm-256color' }, false)).toBe(false);
    expect(drawsOver({ TERM: 'dumb' }, true)).toBe(false);
    expect(drawsOver({ TERM: 'xterm', CI: 'true' }, true)).toBe(false);
  });

  it('is coloured unless it cannot be or must not be', () => {
    expect(usesColor({ TERM: 'xterm' }, true)).toBe(true);
    expect(usesColor({ TERM: 'xterm' }, false)).toBe(false);
    expect(usesColor({ TERM: 'dumb' }, true)).toBe(false);
    expect(usesColor({ TERM: 'xterm', NO_COLOR: '1' }, true)).toBe(false);
    expect(usesColor({ TERM: 'xterm', NO_COLOR: '' }, true)).toBe(true);
    expect(usesColor({ FORCE_COLOR: '1' }, false)).toBe(true);
    expect(usesColor({ FORCE_COLOR: '1', NO_COLOR: '1' }, true)).toBe(false);
  });

  it.each([
    [{}, true],
    [{ LANG: 'en_GB.UTF-8' }, true],
    [{ LANG: 'C.utf8' }, true],
    [{ LANG: 'C' }, false],
    [{ LANG: 'en_GB.ISO-8859-1' }, false],
    [{ LANG: 'C', LC_ALL: 'C.UTF-8' }, true],
    [{ LANG: 'C.UTF-8', LC_CTYPE: 'POSIX' }, false],
    [{ LANG: 'C', LC_ALL: '' }, false],
  ])('%j: more than ASCII, %j', (env, shown) => {
    expect(showsUnicode(env)).toBe(shown);
  });
});
