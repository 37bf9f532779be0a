import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WireReader } from '../../../src/fingerprint/wire-reader.ts';
import { WireWriter } from '../../../src/fingerprint/wire-writer.ts';

describe('wire', () => {
  it('gives back what was written, at any size', () => {
    const field = fc.record({
      number: fc.maxSafeNat(),
      text: fc.string({ unit: 'grapheme', maxLength: 400 }),
      bytes: fc.uint8Array({ maxLength: 40_000 }),
      tag: fc.integer({ min: 1, max: 500 }),
    });
    fc.assert(
      fc.property(fc.array(field, { maxLength: 6 }), (fields) => {
        const writer = new WireWriter();
        for (const { number, text, bytes, tag } of fields) {
          const start = writer.open(tag);
          writer.number(1, number);
          writer.element(2, text);
          writer.bytes(16, bytes);
          writer.close(start);
        }
        const reader = new WireReader(writer.copy());
        const seen = [];
        while (reader.next()) {
          const tag = reader.field;
          const inner = reader.message();
          const got = { number: 0, text: '', bytes: new Uint8Array(), tag };
          while (inner.next()) {
            if (inner.field === 1) got.number = inner.number();
            else if (inner.field === 2) got.text = inner.text();
            else if (inner.field === 16) got.bytes = new Uint8Array(inner.bytes());
          }
          seen.push(got);
        }
        expect(reader.sound).toBe(true);
        expect(seen).toEqual(fields);
      }),
      { numRuns: 60 },
    );
  });

  it('never throws and always ends, whatever it reads', () => {
    const drain = (reader: WireReader, depth: number): void => {
      while (reader.next()) {
        reader.number();
        reader.text();
        if (depth < 3) drain(reader.message(), depth + 1);
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => drain(new WireReader(bytes), 0)));
  });

  it.each([
    ['a length beyond the end', '0a05aa'],
    ['a varint without an end', '08ffffffffffffffffffffff'],
    ['a varint cut short', '08ff'],
    ['a group', '0b0c'],
    ['field number 0', '0001'],
  ])('knows %s for damage', (_, hex) => {
    const reader = new WireReader(Buffer.from(hex, 'hex'));
    while (reader.next());
    expect(reader.sound).toBe(false);
  });

  it('skips fields it does not know, of every kind', () => {
    const reader = new WireReader(Buffer.from('0901020304050607081d010203042205aabbccddee2807', 'hex'));
    let seven = 0;
    while (reader.next()) if (reader.field === 5) seven = reader.number();
    expect([reader.sound, seven]).toEqual([true, 7]);
  });

  it('damage inside shows outside, and text must be UTF-8', () => {
    const reader = new WireReader(Buffer.from('0a020a05', 'hex'));
    reader.next();
    const inner = reader.message();
    expect(inner.next()).toBe(false);
    expect(reader.sound).toBe(false);
    const text = new WireReader(Buffer.from('0a01ff', 'hex'));
    text.next();
    expect(text.text()).toBe('');
    expect(text.sound).toBe(false);
  });

  it('refuses to write what has no canonical form here', () => {
    for (const bad of [-1, 0.5, Number.NaN, 2 ** 60]) expect(() => new WireWriter().number(1, bad)).toThrow();
  });
});
