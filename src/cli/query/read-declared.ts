import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { RECOMP_BUILD } from '../../base/version.ts';
import type { DeclaredGraph, PackageFault } from '../../graph/declared-graph.ts';
import type { SeenEntry } from '../../journal/seen-entry.ts';
import { takeSeen } from '../../journal/take-seen.ts';
import { type DeclaredRequest, loadDeclared } from '../../loading/load-declared.ts';
import { redeclare } from '../../loading/redeclare.ts';
import { defaultConfig } from '../../workspace/load-config.ts';
import { createNodeReader } from '../../workspace/node-reader.ts';
import { BUILD_FILE } from '../../workspace/safe-path.ts';
import { openPackages } from '../package-memory.ts';
import { configOf, createExpander, lookNow, observed, ruleEntries } from '../workspace-sources.ts';
import { readDeclared, writeDeclared } from './declared-file.ts';
import { type DeclaredFiles, type DeclaredHeader, type KeptDeclared, keep } from './open-declared.ts';

/** Reads of a workspace's files what is not known from last time, and keeps what they say for the next question. */
export async function readDeclaredAnew(
  root: string,
  files: DeclaredFiles,
  kept?: KeptDeclared,
): Promise<DeclaredGraph> {
  const startedAt = Date.now();
  const reader = createNodeReader(root);
  const { config = defaultConfig(basename(root)), diagnostics } = configOf(reader, basename(root));
  const expander = createExpander(root, config);
  try {
    const ruleSet = await expander.describe();
    const memory = openPackages(root);
    const request = { reader, config, ruleSet, memory };
    // Nothing of it is kept: reading those few again is quicker than writing down all.
    const patched = kept && patchDeclared(files, kept, request);
    if (patched) return patched;
    const graph = loadDeclared(request);
    memory.save();
    const faults: PackageFault[] = [...diagnostics.map((diagnostic) => ({ diagnostic })), ...graph.faults];
    const whole = { ...graph, faults };
    const entries = [...observed(reader), ...ruleEntries({ ruleFiles: ruleSet.files, ruleFolders: [] })];
    // Where a rule package is missing, nothing that was looked at would tell when it has come.
    if (faults.every(({ pkg }) => pkg !== undefined))
      save(root, files, whole, lookNow(root, entries, startedAt));
    return whole;
  } finally {
    await expander.close();
  }
}

/** So few packages are looked at one by one. */
const FEW = 100;

/** Where only packages were edited, and declare the same targets, otherwise. */
function patchDeclared(
  files: DeclaredFiles,
  { table, changed, digest }: KeptDeclared,
  request: DeclaredRequest,
): DeclaredGraph | undefined {
  const paths = changed.map((i) => table.paths[i] ?? '');
  if (paths.length === 0 || paths.length > FEW || !paths.every(isBuildFile)) return undefined;
  const graph = readDeclared(files.graph, digest);
  const edited = new Set(
    paths.map((path) => path.slice(0, Math.max(0, path.length - BUILD_FILE.length - 1))),
  );
  return graph && redeclare(graph, edited, request);
}

const isBuildFile = (path: string): boolean => path === BUILD_FILE || path.endsWith(`/${BUILD_FILE}`);

function save(root: string, files: DeclaredFiles, graph: DeclaredGraph, seen: readonly SeenEntry[]): void {
  try {
    mkdirSync(dirname(files.graph), { recursive: true });
    const header: DeclaredHeader = {
      build: RECOMP_BUILD,
      node: process.version,
      digest: writeDeclared(files.graph, graph),
    };
    keep(files.seen, takeSeen(root, header, seen));
  } catch {
    // As with `keep`.
  }
}
