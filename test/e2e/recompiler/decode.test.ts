import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { disagreements, isScalable, OBJDUMP } from './agreement.ts';
import { makeRandom } from './cases.ts';
import { missing, titled } from './needs.ts';

const isLong = Boolean(process.env['RECOMP_LONG']);
const SAMPLES = fileURLToPath(new URL('../../../samples/', import.meta.url));
/** More programs to look at: a folder of ELF files or of their code. */
const PROGRAMS = process.env['RECOMP_DECODE_PROGRAMS'];
const reason = missing(OBJDUMP);

function wordsOf(file: string): readonly number[] {
  const bytes = readFileSync(file);
  return Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readUInt32LE(i * 4));
}

/** SVE and SME are encodings of their own, of which nothing is lifted. */
const distinct = (words: Iterable<number>): Uint32Array =>
  Uint32Array.from([...new Set(words)].filter((word) => !isScalable(word)));

describe('what is an instruction', () => {
  it.skipIf(reason)(titled('is one to objdump, in our own programs', reason), () => {
    const files = ['first-light/first-light.nro', 'linux-tool/linux-tool.elf'].map((file) =>
      join(SAMPLES, file),
    );
    expect(disagreements(distinct(files.flatMap(wordsOf)))).toEqual([]);
  });

  it.skipIf(reason)(
    titled('is one to objdump, of random words', reason),
    () => {
      const random = makeRandom(20_240_601);
      const words = distinct(Array.from({ length: isLong ? 1_000_000 : 50_000 }, random));
      expect(disagreements(words).length / words.length).toBeLessThanOrEqual(0.0001);
    },
    600_000,
  );

  it.skipIf(reason ?? PROGRAMS === undefined)(
    titled('is one to objdump, in the programs of RECOMP_DECODE_PROGRAMS', reason),
    () => {
      const folder = PROGRAMS ?? '';
      const words = distinct(readdirSync(folder).flatMap((name) => wordsOf(join(folder, name))));
      expect(disagreements(words).length / words.length).toBeLessThanOrEqual(0.0001);
    },
    600_000,
  );
});
