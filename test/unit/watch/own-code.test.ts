import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { hasChangedSince } from '../../../src/cli/watch/own-code.ts';

const folder = mkdtempSync(join(tmpdir(), 'own-code-'));
const file = join(folder, 'recomp.cjs');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  ['is gone', () => rmSync(file)],
  ['is longer', () => writeFileSync(file, 'longer')],
  [
    'is another one',
    () => {
      writeFileSync(`${file}.new`, 'same');
      renameSync(`${file}.new`, file);
    },
  ],
])('tells that it %s', (_, change) => {
  writeFileSync(file, 'same');
  const hasChanged = hasChangedSince(file);
  expect(hasChanged()).toBe(false);
  change();
  expect(hasChanged()).toBe(true);
});
