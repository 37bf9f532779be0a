import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOfStatus } from '../../../src/sandbox/runner/exit-status.ts';
import { shellJoin } from '../../../src/sandbox/runner/shell-words.ts';
import { isSafePath, parentOf } from '../../../src/sandbox/staging/safe-path.ts';

describe('shellJoin', () => {
  it('gives every word back unchanged', () => {
    const word = fc.string({ unit: 'binary' }).map((s) => s.replaceAll('\0', ''));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        const clean = words.map((w) => Buffer.from(w, 'utf8').toString('utf8'));
        const said = spawnSync('/bin/sh', [], {
          input: `printf '%s\\0' ${shellJoin(clean)}\n`,
          encoding: 'utf8',
        });
        expect(said.stdout).toBe(`${clean.join('\0')}\0`);
      }),
      { numRuns: 60 },
    );
  });
});

describe('endOfStatus', () => {
  it('takes a signal for one where the shell spoke of it, or where it can be nothing else', () => {
    expect(endOfStatus(137, 'Killed', false)).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
    expect(endOfStatus(137, '', false)).toEqual({ kind: 'exited', code: 137 });
    expect(endOfStatus(139, '', true)).toEqual({ kind: 'signalled', signal: 'SIGSEGV' });
    // git says 129 about wrong usage.
    expect(endOfStatus(129, '', true)).toEqual({ kind: 'exited', code: 129 });
    expect(endOfStatus(255, 'x', true)).toEqual({ kind: 'exited', code: 255 });
    expect(endOfStatus(1, 'noise', true)).toEqual({ kind: 'exited', code: 1 });
  });
});

describe('isSafePath', () => {
  it('knows every way out', () => {
    for (const path of ['', '/', '/a', 'a/', '..', 'a/..', '../a', 'a/../b', '.', './a', 'a//b', 'a\0b']) {
      expect([path, isSafePath(path)]).toEqual([path, false]);
    }
    for (const path of ['a', 'a/b', '..a', 'a..', 'a/...', '.hidden/x', 'a b\n']) {
      expect([path, isSafePath(path)]).toEqual([path, true]);
    }
  });

  it('finds parents', () => expect(['a', 'a/b', 'a/b/c'].map(parentOf)).toEqual(['', 'a', 'a/b']));
});
