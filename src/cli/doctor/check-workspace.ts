import { basename } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { WorkspaceConfig } from '../../model/workspace.ts';
import { loadConfig } from '../../workspace/load-config.ts';
import { createNodeReader } from '../../workspace/node-reader.ts';
import { type Finding, fine } from './finding.ts';

export interface WorkspaceLook {
  readonly finding: Finding;
  readonly config?: WorkspaceConfig;
  readonly diagnostics: readonly Diagnostic[];
}

export function checkWorkspace(root: string | undefined): WorkspaceLook {
  const name = 'workspace';
  if (root === undefined) {
    return { finding: { name, state: 'optional', found: 'none here', help: '`recomp init` makes one' }, diagnostics: [] };
  }
  const { config, diagnostics } = loadConfig(createNodeReader(root), basename(root));
  if (config) return { finding: fine(name, `${config.name} in ${root}`), config, diagnostics };
  const found = `${root}/recomp.toml has mistakes: ${diagnostics.map((d) => d.message).join('; ')}`;
  return { finding: { name, state: 'broken', blame: 'workspace', found }, diagnostics };
}
