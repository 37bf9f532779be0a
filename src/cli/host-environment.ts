import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { getOrMake } from '../base/get-or-make.ts';
import type { HostEnvironment, ToolUse } from '../engine/services.ts';
import type { SeenEntry } from '../journal/seen-entry.ts';
import type { ActionFailure } from '../model/failure.ts';
import type { WorkspaceConfig } from '../model/workspace.ts';
import { makeFolder } from '../store/make-folder.ts';
import { baseSystem } from '../tools/base-system.ts';
import { IMPLICIT_NODE, type ResolvedTool, resolveTool } from '../tools/resolve-tool.ts';
import { ToolCache } from '../tools/tool-cache.ts';
import { IdentityWatch } from './identity-watch.ts';

export interface Host extends HostEnvironment {
  /** Of the tools that were asked for. */
  versions(): Readonly<Record<string, string>>;
  /** While these look the same, the identities hold. */
  observed(): readonly SeenEntry[];
  save(): void;
}

/** The base system and the tools of this machine. What was found out about them is kept per user: workspaces share it. */
export function openHost(config: WorkspaceConfig, root: string, cacheDirectory: string): Host {
  const file = `${cacheDirectory}/tools.json`;
  const cache = new ToolCache(readJson(file));
  const base = baseSystem(cache, config.sandbox.baseId);
  const path = process.env['PATH'] ?? '';
  const resolved = new Map<string, ResolvedTool | ActionFailure>();
  const resolve = (name: string): ResolvedTool | ActionFailure => {
    const decl = config.tools[name] ?? (name === IMPLICIT_NODE.name ? IMPLICIT_NODE : undefined);
    if (!decl) return { kind: 'tool-missing', blame: 'environment', tool: name };
    const tool = resolveTool(decl, { path, workspaceRoot: root, cache });
    return tool.ok ? tool.value : tool.error;
  };
  const find = (name: string): ResolvedTool | ActionFailure => getOrMake(resolved, name, () => resolve(name));
  const watch = new IdentityWatch(root);
  watch.take('the base system', base.observed);
  return {
    base: base.identity,
    platform: config.remote.platform,
    tool: (name) => {
      const tool = find(name);
      if ('kind' in tool) return tool;
      watch.take(name, tool.observed, [tool.path, tool.realpath]);
      return useOf(name, tool);
    },
    changed: (tools) => {
      const name = ['the base system', ...tools].find((each) => !watch.holds(each));
      if (name !== undefined) resolved.delete(name);
      return name;
    },
    versions: () =>
      Object.fromEntries(
        [...resolved].flatMap(([name, tool]) => ('kind' in tool ? [] : [[name, tool.version]])),
      ),
    observed: () => watch.entries(),
    save: () => {
      if (cache.changed) writeJson(cacheDirectory, file, cache.export());
    },
  };
}

const useOf = (name: string, { version, digest, path, files }: ResolvedTool): ToolUse => ({
  identity: { name, version, digest },
  staged: { name, path, files },
});

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A cache that cannot be written costs time only. */
function writeJson(folder: string, file: string, value: unknown): void {
  try {
    makeFolder(folder);
    const temporary = `${file}.${process.pid}.tmp`;
    writeFileSync(temporary, JSON.stringify(value));
    renameSync(temporary, file);
  } catch {
    // Found out again next time.
  }
}
