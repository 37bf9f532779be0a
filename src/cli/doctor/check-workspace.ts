import { basename } from 'node:path';
import { hasErrors } from '../../base/diagnostic.ts';
import type { WorkspaceConfig } from '../../model/workspace.ts';
import { loadConfig } from '../../workspace/load-config.ts';
import { createNodeReader } from '../../workspace/node-reader.ts';
import { type Finding, fine } from './finding.ts';

export interface WorkspaceLook {
  readonly finding: Finding;
  /** Whatever of it can be read. */
  readonly config?: WorkspaceConfig;
}

export function checkWorkspace(root: string | undefined): WorkspaceLook {
  const name = 'workspace';
  if (root === undefined) {
    return { finding: { name, state: 'optional', found: 'none here', help: '`recomp init` makes one' } };
  }
  const { config, diagnostics } = loadConfig(createNodeReader(root), basename(root));
  if (config && !hasErrors(diagnostics)) return { finding: fine(name, `${config.name} in ${root}`), config };
  const found = `${root}/recomp.toml has mistakes: ${diagnostics.map((d) => d.message).join('; ')}`;
  return { finding: { name, state: 'broken', blame: 'workspace', found }, ...(config ? { config } : {}) };
}
