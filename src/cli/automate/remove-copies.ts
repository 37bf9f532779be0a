import { join } from 'node:path';
import { loadAutomation } from '../../automation/load-automation.ts';
import { createNodeReader } from '../../workspace/node-reader.ts';
import { isWithin } from '../../workspace/safe-path.ts';
import { readProprietary } from '../proprietary-record.ts';
import { copyFolders, listedFolders } from './copy-folders.ts';
import { readCopyList } from './copy-list.ts';
import { placeCopies } from './place-copies.ts';
import { allLoops } from './secret-loops.ts';

/** What `[outputs]` of any loop has put into the workspace; the copies that somebody has edited, which stay. */
export function removeCopies(root: string, ignore: readonly string[]): string[] {
  const loops = [...allLoops(root, ignore), ...(readProprietary(`${root}/.recomp`)?.loops ?? [])];
  const folders = loops.flatMap(({ pkg, name }) => {
    const loaded = loadAutomation(createNodeReader(root), pkg, name);
    return loaded.config === undefined ? [] : listedFolders(copyFolders({ root, pkg, loaded }));
  });
  return [...new Set(folders)]
    .filter((folder) => isWithin(root, folder))
    .flatMap((folder) => {
      placeCopies(folder, new Map());
      return [...readCopyList(folder).keys()].map((name) => join(folder, name));
    });
}
