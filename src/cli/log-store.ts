import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { namePath } from '../base/name-path.ts';
import type { LogKeeper } from '../engine/services.ts';
import { digestFile } from '../fingerprint/digest-bytes.ts';
import type { Digest } from '../model/digest.ts';

/** Fewer are not worth a look at each. */
const PRUNE_FROM = 500;

export interface LogStore extends LogKeeper {
  /** Within the state folder. */
  pathOf(digest: Digest): string;
  prune(): void;
}

/** What actions printed, once each, below the state folder; runs hold hard links to it. */
export function createLogStore(stateDir: string): LogStore {
  const folder = `${stateDir}/state/logs`;
  const pathOf = (digest: Digest): string => `state/logs/${digest.hash}`;
  const finalOf = (digest: Digest): string => `${stateDir}/${pathOf(digest)}`;
  let made = 0;
  /** Under another name until it is whole: a log is known by its name alone. */
  const temporary = (): string => {
    mkdirSync(folder, { recursive: true });
    return `${folder}/.${process.pid}-${made++}`;
  };
  return {
    pathOf,
    keep(digest, bytes) {
      if (existsSync(finalOf(digest))) return;
      const path = temporary();
      orRemove(path, () => {
        writeFileSync(path, bytes);
        renameSync(path, finalOf(digest));
      });
    },
    keepFile(from) {
      const path = temporary();
      return orRemove(path, () => {
        copyFileSync(from, path, constants.COPYFILE_FICLONE);
        const digest = digestFile(path);
        renameSync(path, finalOf(digest));
        return { digest, path: finalOf(digest) };
      });
    },
    async keepBlob(digest, blobs) {
      if (existsSync(finalOf(digest))) return;
      const path = temporary();
      rmSync(path, { force: true });
      if (await blobs.materialize(digest, path, false)) renameSync(path, finalOf(digest));
    },
    /** Logs that no run holds any more. */
    prune() {
      if (!existsSync(folder)) return;
      if (readdirSync(folder).length < PRUNE_FROM) return;
      for (const name of readdirSync(folder))
        if (statSync(`${folder}/${name}`).nlink === 1) unlinkSync(`${folder}/${name}`);
    },
  };
}

/** Half of a log must not take up room on a disk that may just be full. */
function orRemove<T>(path: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    rmSync(path, { force: true });
    throw namePath(error, path);
  }
}
