import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadWorkspace } from '../../../src/cli/load-workspace.ts';
import { compareSeen } from '../../../src/journal/compare-seen.ts';
import { takeSeen } from '../../../src/journal/take-seen.ts';
import { SAY_RULE } from '../../support/say-rule.ts';
import { createWorkspace } from '../../support/workspace.ts';

it('looks again where a file that a rule package lacked may have come while it was looked for', async () => {
  const { root } = createWorkspace({
    'BUILD.toml': '[[target]]\nname = "said"\nrule = "say"\n',
    'recomp.toml': '[rules]\nuse = ["./rules/say.mjs"]\n',
    'rules/say.mjs': SAY_RULE['rules/say.mjs'] ?? '',
  });
  const changedAfter = async (folderTime: number): Promise<string[]> => {
    utimesSync(join(root, 'rules'), folderTime, folderTime);
    const { seen, diagnostics } = await loadWorkspace(root, '', ['//...']);
    expect(diagnostics.map(({ code }) => code)).toContain('rule-package-missing');
    const table = takeSeen(root, {}, seen);
    return compareSeen(root, table, { isTold: true }).changed.map((index) => table.paths[index] ?? '');
  };
  expect(await changedAfter(Date.now() / 1000 + 60)).toContain(join(root, 'rules'));
  expect(await changedAfter(1)).not.toContain(join(root, 'rules'));
});
