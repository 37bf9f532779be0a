import { existsSync, mkdirSync, readdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import type { LogKeeper } from '../engine/services.ts';
import type { Digest } from '../model/digest.ts';

/** Fewer are not worth a look at each. */
const PRUNE_FROM = 500;

/** What actions printed, once each, below the state folder; runs hold hard links to it. */
export function createLogStore(
  stateDir: string,
): LogKeeper & { pathOf(digest: Digest): string; prune(): void } {
  const folder = `${stateDir}/state/logs`;
  const pathOf = (digest: Digest): string => `state/logs/${digest.hash}`;
  return {
    pathOf,
    keep(digest, bytes) {
      const path = `${stateDir}/${pathOf(digest)}`;
      if (existsSync(path)) return;
      mkdirSync(folder, { recursive: true });
      writeFileSync(path, bytes);
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
