import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteLines } from '../../../src/base/byte-lines.ts';

const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ''));

describe('lines that stay bytes', () => {
  it('are those of the text', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), (all) => {
        const lines = new ByteLines(Buffer.from(all.join('\n')));
        expect(Array.from({ length: lines.count }, (_, i) => lines.at(i))).toEqual(all);
        expect(lines.at(all.length)).toBe('');
      }),
    );
  });

  it('can be replaced one by one', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(line, fc.option(line)), { minLength: 1 }), (all) => {
        const lines = new ByteLines(Buffer.from(all.map(([old]) => old).join('\n')));
        const changed = new Map(
          all.flatMap(([, now], i) => (now === null ? [] : [[i, now] as const])).reverse(),
        );
        expect(lines.replaced(changed).bytes.toString()).toBe(all.map(([old, now]) => now ?? old).join('\n'));
      }),
    );
    expect(() => new ByteLines(Buffer.from('a')).replaced(new Map([[1, 'b']]))).toThrow(RangeError);
  });
});
