import type { HostEnvironment } from '../engine/services.ts';
import type { SeenEntry } from '../journal/seen-table.ts';
import type { WorkspaceConfig } from '../model/workspace.ts';

export interface Host extends HostEnvironment {
  versions(): Readonly<Record<string, string>>;
  observed(): readonly SeenEntry[];
  save(): void;
}

export function openHost(_config: WorkspaceConfig, _stateDir: string): Host {
  return {
    base: { arch: process.arch },
    tool: (name) => ({ kind: 'tool-missing', blame: 'environment', tool: name, command: name }),
    versions: () => ({}),
    observed: () => [],
    save: () => {},
  };
}
