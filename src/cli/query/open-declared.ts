import { RECOMP_BUILD } from '../../base/version.ts';
import type { DeclaredGraph } from '../../graph/declared-graph.ts';
import { compareSeen } from '../../journal/compare-seen.ts';
import { loadSeen, saveSeen } from '../../journal/seen-file.ts';
import type { SeenTable } from '../../journal/seen-table.ts';
import { readDeclared } from './declared-file.ts';

/** Where a workspace's declared graph lies, and what was looked at for it. */
export interface DeclaredFiles {
  readonly graph: string;
  readonly seen: string;
}

export interface DeclaredHeader {
  readonly build: string;
  readonly node: string;
  readonly digest: string;
}

/** What is kept of the last question, and which of what it was read from is not as it was. */
export interface KeptDeclared {
  readonly table: SeenTable;
  readonly changed: readonly number[];
  readonly digest: string;
}

/** The declared graph of a workspace: the one kept from last time while all it was read from is as it was, else read anew. */
export async function openDeclared(root: string): Promise<DeclaredGraph> {
  const files = {
    graph: `${root}/.recomp/state/declared.graph`,
    seen: `${root}/.recomp/state/declared.seen`,
  };
  const kept = lookAtKept(root, files);
  const graph = kept?.changed.length === 0 ? readDeclared(files.graph, kept.digest) : undefined;
  return graph ?? (await import('./read-declared.ts')).readDeclaredAnew(root, files, kept);
}

function lookAtKept(root: string, files: DeclaredFiles): KeptDeclared | undefined {
  const table = loadSeen(files.seen);
  if (!table || !isHeader(table.header)) return undefined;
  const { build, node, digest } = table.header;
  if (build !== RECOMP_BUILD || node !== process.version) return undefined;
  const { changed, refreshed } = compareSeen(root, table);
  if (changed.length === 0 && refreshed) keep(files.seen, refreshed);
  return { table: refreshed ?? table, changed, digest };
}

/** A cache: without it the next question takes longer, no more. */
export function keep(file: string, table: Parameters<typeof saveSeen>[1]): void {
  try {
    saveSeen(file, table);
  } catch {
    // A workspace that cannot be written to can be asked all the same.
  }
}

const isHeader = (value: unknown): value is DeclaredHeader =>
  typeof value === 'object' &&
  value !== null &&
  'build' in value &&
  'node' in value &&
  'digest' in value &&
  typeof value.digest === 'string';
