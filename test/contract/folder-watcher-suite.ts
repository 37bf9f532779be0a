import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FolderWatcher, MakeWatcher, WatchHint } from '../../src/ports/folder-watcher.ts';

/** What any watcher of folders must do. Hints are awaited, and never demanded to be the only ones. */
export function folderWatcherSuite(name: string, make: MakeWatcher): void {
  describe(`a folder watcher: ${name}`, () => {
    let root = '';
    let watcher: FolderWatcher;
    let hints: WatchHint[] = [];
    let heard = (): void => {};

    beforeEach(() => {
      root = mkdtempSync(join(tmpdir(), 'recomp-watcher-'));
      hints = [];
      watcher = make((hint) => {
        hints.push(hint);
        heard();
      });
    });

    afterEach(async () => {
      await watcher.close();
      rmSync(root, { recursive: true, force: true });
    });

    /** The next hint about this entry that comes after `work`, about the folder as a whole, or about everything. */
    async function hinted(folder: string, entry: string, work: () => void): Promise<void> {
      hints = [];
      work();
      const isIt = (hint: WatchHint): boolean =>
        (hint.kind === 'entry' && hint.folder === folder && hint.name === entry) ||
        (hint.kind === 'gone' && hint.folder === folder) ||
        hint.kind === 'lost';
      await waitFor(() => hints.some(isIt));
    }

    const waitFor = (isSo: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        heard = () => {
          if (isSo()) resolve();
        };
        heard();
      });

    it('tells of a file that is made, changed, replaced by another and removed', async () => {
      expect(await watcher.follow(new Set([root]))).toEqual([]);
      const file = join(root, 'a');
      await hinted(root, 'a', () => writeFileSync(file, '1'));
      await hinted(root, 'a', () => appendFileSync(file, '2'));
      await hinted(root, 'a', () => {
        writeFileSync(join(root, 'b'), 'other');
        renameSync(join(root, 'b'), file);
      });
      await hinted(root, 'a', () => rmSync(file));
    });

    it('tells of files that were there before', async () => {
      writeFileSync(join(root, 'a'), '1');
      await watcher.follow(new Set([root]));
      await hinted(root, 'a', () => appendFileSync(join(root, 'a'), 'more'));
    });

    it('says which folders are missing, and follows one when it is asked again', async () => {
      const folder = join(root, 'later');
      expect(await watcher.follow(new Set([root, folder]))).toEqual([{ folder, reason: 'missing' }]);
      await hinted(root, 'later', () => mkdirSync(folder));
      expect(await watcher.follow(new Set([root, folder]))).toEqual([]);
      await hinted(folder, 'x', () => writeFileSync(join(folder, 'x'), ''));
    });

    it('follows a folder anew that was let go because another stands in its place', async () => {
      const folder = join(root, 'in');
      mkdirSync(folder);
      await watcher.follow(new Set([root, folder]));
      await hinted(root, 'in', () => {
        renameSync(folder, join(root, 'old'));
        mkdirSync(folder);
      });
      watcher.release(folder);
      expect(await watcher.follow(new Set([root, folder]))).toEqual([]);
      await hinted(folder, 'x', () => writeFileSync(join(folder, 'x'), ''));
    });

    it('is silent about what it does not follow any more', async () => {
      const [one, two] = [join(root, 'one'), join(root, 'two')];
      mkdirSync(one);
      mkdirSync(two);
      await watcher.follow(new Set([one, two]));
      await watcher.follow(new Set([two]));
      await hinted(two, 'b', () => {
        writeFileSync(join(one, 'a'), '');
        writeFileSync(join(two, 'b'), '');
      });
      expect(hints.filter((hint) => hint.kind === 'entry' && hint.folder === one)).toEqual([]);
    });

    it('is silent after it was closed', async () => {
      await watcher.follow(new Set([root]));
      await watcher.close();
      hints = [];
      const other = make(() => other.close().then(() => heard()));
      await other.follow(new Set([root]));
      const told = new Promise<void>((resolve) => {
        heard = resolve;
      });
      writeFileSync(join(root, 'a'), '');
      await told;
      expect(hints).toEqual([]);
    });
  });
}
