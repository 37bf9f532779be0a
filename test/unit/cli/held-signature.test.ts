import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { heldSignature, heldSignatures } from '../../../src/cli/seen-entries.ts';
import type { SeenEntry } from '../../../src/journal/seen-entry.ts';
import { takeSeen } from '../../../src/journal/take-seen.ts';

it('of a path is the same, whether few are asked for or many', () => {
  const root = mkdtempSync(join(tmpdir(), 'recomp-held-'));
  try {
    const names = Array.from({ length: 100 }, (_, i) => `f${i}`);
    for (const name of names) writeFileSync(join(root, name), name);
    const entries = names.map((path): SeenEntry => ({ path, kind: 'source', type: 'file' }));
    const table = takeSeen(root, {}, entries);
    const changed = [3, 70];
    const all = heldSignatures(root, table, changed);
    const one = heldSignature(root, table, changed);
    for (const name of [...names, 'nowhere'])
      expect(one(join(root, name)), name).toEqual(all.get(join(root, name)));
    expect(one(join(root, 'f3'))).toBeUndefined();
    expect(all.size).toBe(98);
  } finally {
    rmSync(root, { recursive: true });
  }
});
