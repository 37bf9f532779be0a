import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import type { OutputResult, TreeContent } from '../model/result.ts';
import type { FileFacts } from './content.ts';
import { outputPlace } from './output-place.ts';

/** Whether an output lies in the workspace as this result has it. */
export function outputsInPlace(root: string, output: OutputResult, facts: FileFacts): boolean {
  const path = outputPlace(root, output);
  if (output.kind === 'file') return fileInPlace(path, output, facts);
  return treeInPlace(path, output.content, facts);
}

function fileInPlace(
  path: string,
  want: { readonly digest: { readonly hash: string }; readonly executable: boolean },
  facts: FileFacts,
): boolean {
  if (!lookAt(path)?.isFile()) return false;
  const look = facts.look(path);
  return (
    look.kind === 'file' &&
    look.content.digest.hash === want.digest.hash &&
    look.content.executable === want.executable
  );
}

function treeInPlace(folder: string, want: TreeContent, facts: FileFacts): boolean {
  if (!lookAt(folder)?.isDirectory()) return false;
  const there = listTree(folder);
  const expected = want.files.length + want.links.length + want.emptyDirs.length;
  return (
    there.size === expected &&
    want.emptyDirs.every((dir) => there.get(dir) === 'dir') &&
    want.links.every(
      (link) => there.get(link.path) === 'link' && readlinkSync(`${folder}/${link.path}`) === link.target,
    ) &&
    want.files.every(
      (file) => there.get(file.path) === 'file' && fileInPlace(`${folder}/${file.path}`, file, facts),
    )
  );
}

/** Something lies at its place, whatever it is. */
export const outputThere = (root: string, output: OutputResult): boolean =>
  lookAt(outputPlace(root, output)) !== undefined;

/** An older output may be a file where this one has a folder: then nothing is there either. */
function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Files, links and empty folders below a folder. */
function listTree(folder: string): Map<string, 'file' | 'link' | 'dir' | 'other'> {
  const found = new Map<string, 'file' | 'link' | 'dir' | 'other'>();
  const open = [''];
  for (let rel = open.pop(); rel !== undefined; rel = open.pop()) {
    const entries = readdirSync(rel === '' ? folder : `${folder}/${rel}`, { withFileTypes: true });
    if (entries.length === 0 && rel !== '') found.set(rel, 'dir');
    for (const entry of entries) {
      const path = rel === '' ? entry.name : `${rel}/${entry.name}`;
      if (entry.isDirectory()) open.push(path);
      else found.set(path, entry.isFile() ? 'file' : entry.isSymbolicLink() ? 'link' : 'other');
    }
  }
  return found;
}
