import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { RECOMP_BUILD } from '../../base/version.ts';
import type { DeclaredGraph, PackageFault } from '../../graph/declared-graph.ts';
import type { SeenEntry } from '../../journal/seen-entry.ts';
import { takeSeen } from '../../journal/take-seen.ts';
import { loadDeclared } from '../../loading/load-declared.ts';
import { defaultConfig } from '../../workspace/load-config.ts';
import { createNodeReader } from '../../workspace/node-reader.ts';
import { openPackages } from '../package-memory.ts';
import { configOf, createExpander, lookNow, observed, ruleEntries } from '../workspace-sources.ts';
import { writeDeclared } from './declared-file.ts';
import { type DeclaredFiles, type DeclaredHeader, keep } from './open-declared.ts';

/** Reads a workspace's files, and keeps what they say for the next question. */
export async function readDeclaredAnew(root: string, files: DeclaredFiles): Promise<DeclaredGraph> {
  const startedAt = Date.now();
  const reader = createNodeReader(root);
  const { config = defaultConfig(basename(root)), diagnostics } = configOf(reader, basename(root));
  const expander = createExpander(root, config);
  try {
    const ruleSet = await expander.describe();
    const memory = openPackages(root);
    const graph = loadDeclared({ reader, config, ruleSet, memory });
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
