import { RECOMP_BUILD } from '../../base/version.ts';
import type { DeclaredGraph } from '../../graph/declared-graph.ts';
import { compareSeen } from '../../journal/compare-seen.ts';
import { loadSeen, saveSeen } from '../../journal/seen-file.ts';
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

/** The declared graph of a workspace: the one kept from last time while all it was read from is as it was, else read anew. */
export async function openDeclared(root: string): Promise<DeclaredGraph> {
  const files = {
    graph: `${root}/.recomp/state/declared.graph`,
    seen: `${root}/.recomp/state/declared.seen`,
  };
  return kept(root, files) ?? (await import('./read-declared.ts')).readDeclaredAnew(root, files);
}

function kept(root: string, files: DeclaredFiles): DeclaredGraph | undefined {
  const table = loadSeen(files.seen);
  if (!table || !isHeader(table.header)) return undefined;
  const { build, node, digest } = table.header;
  if (build !== RECOMP_BUILD || node !== process.version) return undefined;
  const { changed, refreshed } = compareSeen(root, table);
  if (changed.length > 0) return undefined;
  const graph = readDeclared(files.graph, digest);
  if (graph && refreshed) keep(files.seen, refreshed);
  return graph;
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
