import { describe, expect, it } from 'vitest';
import { NO_HINTS } from '../../../rules/recompiler/analyse/hints.ts';
import { makeAddressSet } from '../../../rules/recompiler/lift/address-set.ts';
import { discover } from '../../../rules/recompiler/lift/discover.ts';
import { makeImage } from '../../../rules/recompiler/lift/image.ts';

const BASE = 0x400000;

/** A program of nothing but these words. */
function imageOfWords(words: readonly number[]) {
  const content = new Uint8Array(Uint32Array.from(words).buffer);
  const size = content.length;
  const segment = { name: 'code', content: 'code', permissions: 'r-x', file_offset: 0, memory_offset: BASE };
  return makeImage(
    {
      name: 'words',
      format: 'elf',
      personality: 'linux',
      input_sha256: '0',
      input_size: size,
      build_id: '',
      load_address: 0,
      entry: BASE,
      segments: [{ ...segment, permissions: 'r-x', file_size: size, memory_size: size }],
      bss: { memory_offset: 0, memory_size: 0 },
      relocations: [],
      symbols: [],
    },
    () => content,
  );
}

describe('the search for functions', () => {
  it('keeps a table that is no longer to be seen once what lies behind it is known', () => {
    const image = imageOfWords([
      0x10000101, // start: adr x1, table
      0x38606822, // loop: ldrb w2, [x1, x0]
      0x10000063, // adr x3, here
      0x8b228863, // add x3, x3, w2, sxtb #2
      0xd61f0060, // br x3
      0xaa0503e1, // here: mov x1, x5
      0x17fffffb, // b loop
      0xd65f03c0, // ret
      0xff000200, // table
      0x7fffffff,
    ]);
    const [body] = discover(image, NO_HINTS).functions;
    expect([...(body?.tables ?? [])]).toEqual([[BASE + 0x10, [BASE + 0x10, BASE + 0x14, BASE + 0x1c]]]);
    expect(body?.addresses).toContain(BASE + 0x1c);
  });

  it('finds nothing outside of the code', () => {
    const set = makeAddressSet({ codeStart: 8, codeEnd: 16 });
    set.add(12);
    expect([0, 4, 8, 12, 16, 2 ** 33].map((at) => set.has(at))).toEqual([
      false,
      false,
      false,
      true,
      false,
      false,
    ]);
  });
});
