import { readdirSync } from 'node:fs';
import { outputName, outputPlace } from '../engine/output-place.ts';
import type { SeenEntry } from '../journal/seen-entry.ts';
import type { OutputResult } from '../model/result.ts';

/** A directory output by its files and folders. A folder that holds other names by now is doubtful: somebody has been there. */
export function treeEntries(root: string, output: OutputResult & { kind: 'tree' }): SeenEntry[] {
  const name = outputName(output);
  const place = outputPlace(root, output);
  const { files, links, emptyDirs } = output.content;
  const folders = namesByFolder([...emptyDirs, ...files.map((f) => f.path), ...links.map((l) => l.path)]);
  for (const dir of emptyDirs) folders.set(dir, new Set());
  const entries = [...folders].map(([folder, names]): SeenEntry => {
    const below = folder === '' ? '' : `/${folder}`;
    const entry = { path: name + below, kind: 'output', type: 'dir' } as const;
    return holdsJust(place + below, names) ? entry : { ...entry, doubtful: true };
  });
  return [
    ...entries,
    ...files.map((file): SeenEntry => ({ path: `${name}/${file.path}`, kind: 'output', type: 'file' })),
  ];
}

function namesByFolder(paths: readonly string[]): Map<string, Set<string>> {
  const folders = new Map([['', new Set<string>()]]);
  for (const path of paths) {
    let at = '';
    for (const part of path.split('/')) {
      const names = folders.get(at) ?? new Set();
      folders.set(at, names.add(part));
      at = at === '' ? part : `${at}/${part}`;
    }
  }
  return folders;
}

function holdsJust(folder: string, names: ReadonlySet<string>): boolean {
  try {
    const there = readdirSync(folder);
    return there.length === names.size && there.every((name) => names.has(name));
  } catch {
    return false;
  }
}
