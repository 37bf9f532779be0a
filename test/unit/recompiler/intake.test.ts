import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intake } from '../../../rules/recompiler/intake/intake.ts';
import { parseManifest } from '../../../rules/recompiler/module/manifest.ts';

const nro = readFileSync(new URL('../../../samples/first-light/first-light.nro', import.meta.url));
const changed = (at: number, value: number): Uint8Array => {
  const copy = Buffer.from(nro);
  copy.writeUInt32LE(value, at);
  return copy;
};
const messageOf = (content: Uint8Array): string => {
  const result = intake('x', content);
  return result.ok ? 'accepted' : result.error;
};

describe('intake of an NRO', () => {
  it('takes segments, bss and relocations apart', () => {
    const result = intake('first-light', nro);
    if (!result.ok) throw new Error(result.error);
    const module = result.value.manifest.modules[0];
    expect(module).toMatchObject({ format: 'nro', personality: 'horizon', entry: 0, input_size: nro.length });
    expect(module?.segments.map((s) => s.name)).toEqual(['text', 'rodata', 'data']);
    expect(module?.relocations).toHaveLength(4);
    expect(module?.bss.memory_size).toBeGreaterThan(160 * 90 * 4);
    const joined = Buffer.concat([...result.value.files.values()]);
    expect(joined.equals(nro)).toBe(true);
    expect(parseManifest(JSON.stringify(result.value.manifest)).ok).toBe(true);
  });

  it.each([
    ['a magic that is not there', changed(0x10, 0), 'neither an NRO nor an ELF'],
    ['a size that the file does not have', changed(0x18, 0x7fffffff), 'header says'],
    ['a segment outside', changed(0x20, 0xfffff000), 'outside the image'],
    ['segments that overlap', changed(0x28, 0), 'overlaps'],
    ['a segment that is not aligned', changed(0x24, 0x11), 'not aligned'],
    ['relocations outside', changed(4, 8), 'accepted'],
    ['no bytes at all', new Uint8Array(), 'outside the file'],
  ])('answers %s with one sentence', (_, content, message) => {
    expect(messageOf(content)).toContain(message);
  });

  it('never throws, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.nat(nro.length), (length) => {
        expect(messageOf(nro.subarray(0, length)).includes('\n')).toBe(false);
      }),
    );
    const flips = fc.array(
      fc.tuple(fc.oneof(fc.nat(0x80), fc.integer({ min: 0x2000, max: nro.length - 1 })), fc.nat(255)),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(flips, (changes) => {
        const copy = Buffer.from(nro);
        for (const [at, byte] of changes) copy[at] = byte;
        messageOf(copy);
      }),
      { numRuns: 500 },
    );
  });
});

describe('intake of an ELF', () => {
  const elf = (change: (header: Buffer) => void): Uint8Array => {
    const file = Buffer.alloc(0x2000);
    file.write('\x7fELF\x02\x01\x01', 'latin1');
    file.writeUInt16LE(2, 16);
    file.writeUInt16LE(183, 18);
    file.writeBigUInt64LE(0x400000n, 24);
    file.writeBigUInt64LE(64n, 32);
    file.writeUInt16LE(56, 54);
    file.writeUInt16LE(1, 56);
    file.writeUInt32LE(1, 64);
    file.writeUInt32LE(5, 68);
    file.writeBigUInt64LE(0x1000n, 72);
    file.writeBigUInt64LE(0x400000n, 80);
    file.writeBigUInt64LE(0x1000n, 96);
    file.writeBigUInt64LE(0x1000n, 104);
    change(file);
    return file;
  };

  it('takes a static executable', () => {
    expect(messageOf(elf(() => undefined))).toBe('accepted');
  });

  it('takes an empty segment wherever the linker put it', () => {
    const beside = (h: Buffer): void => {
      h.writeUInt16LE(2, 56);
      h.writeUInt32LE(1, 120);
      h.writeUInt32LE(6, 124);
      h.writeBigUInt64LE(0xfff0n, 128);
      h.writeBigUInt64LE(0x41fff0n, 136);
      h.writeBigUInt64LE(0x4040n, 160);
    };
    expect(messageOf(elf(beside))).toBe('accepted');
  });

  it.each([
    ['another machine', (h: Buffer) => h.writeUInt16LE(62, 18), 'not an AArch64'],
    ['32 bits', (h: Buffer) => h.writeUInt8(1, 4), 'not a 64-bit'],
    ['a segment outside the file', (h: Buffer) => h.writeBigUInt64LE(0x9000n, 96), 'outside the file'],
    ['a segment above 4 GiB', (h: Buffer) => h.writeBigUInt64LE(1n << 40n, 80), 'above 4 GiB'],
    ['an offset that no number holds', (h: Buffer) => h.writeBigUInt64LE(1n << 63n, 72), 'out of range'],
    ['an entry outside the code', (h: Buffer) => h.writeBigUInt64LE(0x500000n, 24), 'entry point'],
    ['endless headers', (h: Buffer) => h.writeUInt16LE(65535, 56), 'malformed'],
  ] as const)('answers %s with one sentence', (_, change, message) => {
    expect(messageOf(elf(change))).toContain(message);
  });
});
