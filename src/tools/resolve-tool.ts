import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import type { Json } from '../base/canonical-json.ts';
import { sorted, sortedBy } from '../base/order.ts';
import { err, ok, type Result } from '../base/result.ts';
import { parseSha256, type Sha256 } from '../model/digest.ts';
import type { ActionFailure } from '../model/failure.ts';
import type { ToolDecl } from '../model/workspace.ts';
import { askTool } from './ask-tool.ts';
import { probeCCompiler } from './c-compiler-probe.ts';
import { digestOfList } from './digest-files.ts';
import { type FileList, listFiles } from './file-list.ts';
import { findOnPath, whyUnfit } from './find-on-path.ts';
import { type Observed, observe } from './observed.ts';
import { isRecord, type ToolCache } from './tool-cache.ts';

/** A host tool as it is on this machine. `version` and `digest` are in keys; paths are not. */
export interface ResolvedTool {
  readonly name: string;
  /** What the name on the action's PATH leads to. */
  readonly path: string;
  readonly realpath: string;
  readonly version: string;
  readonly digest: Sha256;
  /** Files and folders that must be visible to an action that uses it. */
  readonly files: readonly string[];
  /** While these look the same, the rest holds. */
  readonly observed: readonly Observed[];
}

export type ToolMissing = Extract<ActionFailure, { kind: 'tool-missing' }>;

export interface ResolveOptions {
  /** The user's PATH. */
  readonly path: string;
  /** Relative commands and files are relative to it. */
  readonly workspaceRoot: string;
  readonly cache: ToolCache;
}

/** Finds a declared tool and what makes its identity; only stats when nothing changed. */
export function resolveTool(decl: ToolDecl, options: ResolveOptions): Result<ResolvedTool, ToolMissing> {
  const { file: path, before } = findOnPath(decl.command, options.path, options.workspaceRoot);
  if (path === undefined) {
    const problem = whyUnfit(before);
    return err({
      kind: 'tool-missing',
      blame: 'environment',
      tool: decl.name,
      command: decl.command,
      ...(problem !== undefined && { problem }),
    });
  }
  const key = `tool ${JSON.stringify([1, path, decl.versionArgs, decl.files, options.workspaceRoot])}`;
  const known = options.cache.get(key);
  const identity = known && isIdentity(known.value) ? known.value : undefined;
  if (known && identity)
    return ok(toTool(decl.name, path, identity, [...known.observed, ...before.map(observe)]));
  const fresh = identify(decl, path, options.workspaceRoot);
  options.cache.put(key, { observed: fresh.observed, value: fresh.identity });
  return ok(toTool(decl.name, path, fresh.identity, [...fresh.observed, ...before.map(observe)]));
}

/** Rule tools are Node programs: `node` exists although nobody declared it. */
export const IMPLICIT_NODE: ToolDecl = {
  name: 'node',
  command: process.execPath,
  versionArgs: ['--version'],
  files: [],
};

interface Identity {
  readonly [member: string]: Json | undefined;
  readonly realpath: string;
  readonly version: string;
  readonly digest: string;
  readonly files: readonly string[];
}

function identify(
  decl: ToolDecl,
  path: string,
  root: string,
): { identity: Identity; observed: readonly Observed[] } {
  const realpath = realpathSync(path);
  const parts: { name: string; list: FileList }[] = [
    {
      name: 'tool',
      list: { files: [{ name: 'tool', path: realpath }], links: [], folders: [], roots: [path] },
    },
    ...decl.files.map((file, i) => ({
      name: `files ${i}`,
      list: listFiles(file.startsWith('/') ? file : `${root}/${file}`),
    })),
    ...(probeCCompiler(path)?.parts ?? []),
  ];
  // Stats first: what changes while it is read differs from what is remembered.
  const observed = sorted(new Set([path, realpath, ...parts.flatMap((p) => watched(p.list))])).map(observe);
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.name} ${digestOfList(part.list)}\n`);
  const identity: Identity = {
    realpath,
    version: versionOf(decl, path, realpath),
    digest: hash.digest('hex'),
    files: sorted(new Set([realpath, ...parts.flatMap((p) => p.list.roots)])),
  };
  return { identity, observed };
}

/**
 * Where a list is long its folders stand for it: package managers replace files, which shows in the folder. A long list
 * of single stats would cost every build more than it can tell.
 */
const watched = (list: FileList): readonly string[] =>
  list.files.length > WATCH_MAX ? list.folders : [...list.folders, ...list.files.map((f) => f.path)];

const WATCH_MAX = 200;

function versionOf(decl: ToolDecl, path: string, realpath: string): string {
  if (decl.versionArgs.length === 0) return '';
  const { stdout, stderr } = askTool(path, decl.versionArgs);
  const line =
    `${stdout}\n${stderr}`
      .split('\n')
      .find((l) => l.trim() !== '')
      ?.trim() ?? '';
  // Some programs print where they lie; that is no part of what they are.
  return line.replaceAll(path, decl.name).replaceAll(realpath, decl.name).slice(0, 200);
}

const isIdentity = (value: Json): value is Identity =>
  isRecord(value) &&
  typeof value['realpath'] === 'string' &&
  typeof value['version'] === 'string' &&
  typeof value['digest'] === 'string' &&
  parseSha256(value['digest']) !== undefined &&
  Array.isArray(value['files']) &&
  value['files'].every((f) => typeof f === 'string');

function toTool(name: string, path: string, identity: Identity, observed: readonly Observed[]): ResolvedTool {
  const digest = parseSha256(identity.digest);
  if (digest === undefined) throw new Error('a checked digest');
  const { realpath, version, files } = identity;
  return { name, path, realpath, version, digest, files: sortedBy(files, (f) => f), observed };
}
