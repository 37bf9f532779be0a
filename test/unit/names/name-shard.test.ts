import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameShard } from '../../../rules/recompiler/apply-names/name-shard.ts';
import { nameLine } from '../../../rules/recompiler/print-c/name-line.ts';

const SHARD = `#include "recomp.h"\n\n${nameLine(0x10, '')}\nu64 f_10(S *s, u64 pc) {\n}\n\n${nameLine(0x20, 'symbol')}\nu64 f_20(S *s, u64 pc) {\n}\n`;

const named = (entry: { name?: string; signature?: string; comment?: string }): string =>
  nameShard(SHARD, new Map([[0x10, { address: 0x10, ...entry }]]));

describe('names in lifted code', () => {
  it('stand where the function is, with what is known of it', () => {
    expect(named({ name: 'draw', signature: 'void draw(u32 *)', comment: 'Bars.\nTwice.' })).toBe(
      SHARD.replace('NAME(10, "")', '/*\n * void draw(u32 *)\n * Bars.\n * Twice.\n */\nNAME(10, "draw")'),
    );
  });
  it('win over those of the file, which stay where there are no others', () => {
    expect(nameShard(SHARD, new Map([[0x20, { address: 0x20, name: 'mine' }]]))).toContain(
      'NAME(20, "mine")',
    );
    expect(named({ comment: 'only a comment' })).toContain('NAME(20, "symbol")');
  });

  /** What a C compiler makes of it: splices lines, takes comments out. */
  const withoutComments = (text: string): string =>
    text.replace(/\\[ \t]*\n/g, '').replace(/\/\*[\s\S]*?\*\//g, '');

  it('cannot become code', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('*', '/', '\\', '\n', '\r', ' ', 'a', '"', '\u2028', '\0', '?', '#'),
          maxLength: 24,
        }),
        (comment) => {
          const text = withoutComments(named({ name: 'f', comment }));
          expect(text.replace(/\n+/g, '\n')).toBe(
            SHARD.replace('(10, "")', '(10, "f")').replace(/\n+/g, '\n'),
          );
        },
      ),
    );
  });
});
