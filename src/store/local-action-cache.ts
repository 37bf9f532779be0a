import { writeFileSync } from 'node:fs';
import { sameOutcome } from '../fingerprint/reapi/encode-action-result.ts';
import type { Sha256 } from '../model/digest.ts';
import type { ActionResult } from '../model/result.ts';
import type { ActionCache } from '../ports/action-cache.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import { dropDamaged, type OnDamage } from './damage.ts';
import { NOTE_HIT_AFTER_MS, noteUse } from './last-use.ts';
import { resultPath } from './layout.ts';
import { openResult } from './open-result.ts';
import { placeFile, removeQuietly } from './place-file.ts';
import { readStoredFile } from './read-stored-file.ts';
import { frameResult, isResultSize, unframeResult } from './result-frame.ts';

export interface LocalActionCacheOptions {
  readonly directory: string;
  /** Where the Tree blobs are, which tell what is in a directory output. */
  readonly blobs: BlobStore;
  readonly onDamage?: OnDamage;
  readonly now?: () => number;
}

/** Results as small framed files named by their action's key. */
export class LocalActionCache implements ActionCache {
  readonly #directory: string;
  readonly #blobs: BlobStore;
  readonly #onDamage: OnDamage | undefined;
  readonly #now: () => number;
  /** Asked for in vain a moment ago: what is stored under it then replaces nothing. */
  readonly #absent = new Set<Sha256>();

  constructor(options: LocalActionCacheOptions) {
    this.#directory = options.directory;
    this.#blobs = options.blobs;
    this.#onDamage = options.onDamage;
    this.#now = options.now ?? Date.now;
  }

  async get(key: Sha256): Promise<ActionResult | undefined> {
    const path = resultPath(this.#directory, key);
    const stored = readStoredFile(path, isResultSize);
    if (stored === undefined) {
      this.#absent.add(key);
      return undefined;
    }
    if (typeof stored === 'string') return this.#drop(key, stored);
    const message = unframeResult(key, stored.bytes);
    if (message === undefined) return this.#drop(key, 'wrong content');
    noteUse(path, stored.mtimeMs, this.#now(), NOTE_HIT_AFTER_MS);
    return openResult(message, (digest) => this.#blobs.get(digest));
  }

  async put(key: Sha256, result: ActionResult): Promise<void> {
    const known = this.#absent.has(key) ? undefined : await this.get(key);
    this.#absent.delete(key);
    // Replacing a file makes some file systems flush it: not for a new running time.
    if (known !== undefined && sameOutcome(known, result)) return;
    const path = resultPath(this.#directory, key);
    placeFile(this.#directory, path, (temp) => {
      writeFileSync(temp, frameResult(key, result), { flag: 'wx', mode: 0o444 });
      if (known !== undefined) removeQuietly(path);
    });
  }

  #drop(key: Sha256, problem: string): undefined {
    dropDamaged(
      { what: 'result', hash: key, path: resultPath(this.#directory, key), problem },
      this.#onDamage,
    );
  }
}
