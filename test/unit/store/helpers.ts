import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { sha256 } from '../../../src/fingerprint/digest-bytes.ts';
import type { Digest, Sha256 } from '../../../src/model/digest.ts';
import type { Damage } from '../../../src/store/damage.ts';
import { blobPath, resultPath } from '../../../src/store/layout.ts';
import { LocalActionCache } from '../../../src/store/local-action-cache.ts';
import { LocalBlobStore } from '../../../src/store/local-blob-store.ts';

export const MINUTE = 60_000;
export const DAY = 86_400_000;

/** A cache in a folder of its own, with hands on the age of what lies in it. */
export interface Rig {
  folder: string;
  directory: string;
  blobs: LocalBlobStore;
  results: LocalActionCache;
  damage: Damage[];
  age(path: string, ms: number): void;
  /** A result with one file output, both `ageMs` old. */
  entry(name: string, text: string | Buffer, ageMs: number): Promise<{ key: Sha256; digest: Digest }>;
  blobPath(digest: Digest): string;
  resultPath(key: Sha256): string;
}

export function useRig(): Rig {
  const rig = {} as Rig;
  beforeEach(() => Object.assign(rig, makeRig()));
  afterEach(() => rmSync(rig.folder, { recursive: true, force: true }));
  return rig;
}

function makeRig(): Rig {
  const folder = mkdtempSync(join(tmpdir(), 'recomp-store-'));
  const directory = join(folder, 'cache');
  const damage: Damage[] = [];
  const onDamage = (d: Damage): unknown => damage.push(d);
  const blobs = new LocalBlobStore({ directory, onDamage });
  const results = new LocalActionCache({ directory, blobs, onDamage });
  const age = (path: string, ms: number): void => {
    const at = (Date.now() - ms) / 1000;
    utimesSync(path, at, at);
  };
  return {
    folder,
    directory,
    blobs,
    results,
    damage,
    age,
    blobPath: (digest) => blobPath(directory, digest.hash),
    resultPath: (key) => resultPath(directory, key),
    async entry(name, text, ageMs) {
      const digest = await blobs.put(Buffer.from(text));
      const key = sha256(name);
      await results.put(key, {
        outputs: [{ kind: 'file', path: name, digest, executable: false }],
        isolation: 2,
      });
      age(blobPath(directory, digest.hash), ageMs);
      age(resultPath(directory, key), ageMs);
      return { key, digest };
    },
  };
}
