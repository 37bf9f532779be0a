import { statSync } from 'node:fs';
import type { Digest } from '../model/digest.ts';
import { digestFile } from './digest-bytes.ts';
import { isRacy, type StatSignature, sameSignature, signatureOf } from './stat-signature.ts';

/** A file's content as last seen. */
export interface SeenFile {
  readonly digest: Digest;
  readonly executable: boolean;
  readonly sig: StatSignature;
  /** The signature must not be trusted later: an edit could hide behind it. */
  readonly racy: boolean;
}

/** What may be trusted in a later process. */
export interface StatCacheEntry extends Omit<SeenFile, 'racy'> {
  readonly path: string;
}

/** Why there is no digest. `unreadable`: it is there, and the system will not let us read it. */
export type NoDigest = 'missing' | 'not-a-file' | 'unreadable';

/** Digests of files, each hashed again only when its stat signature changed. Links are followed. */
export class StatCache {
  readonly #seen = new Map<string, SeenFile>();

  constructor(entries: Iterable<StatCacheEntry> = []) {
    for (const { path, ...seen } of entries) this.#seen.set(path, { ...seen, racy: false });
  }

  /** Files that were too young when they were hashed are left out. */
  entries(): StatCacheEntry[] {
    return [...this.#seen].map(([path, { racy: _, ...seen }]) => ({ path, ...seen }));
  }

  digestOf(path: string): SeenFile | NoDigest {
    const seen = attempt(() => this.#digestOf(path));
    if (typeof seen === 'string') this.#seen.delete(path);
    return seen;
  }

  forget(path: string): void {
    this.#seen.delete(path);
  }

  #digestOf(path: string): SeenFile | NoDigest {
    let sig = fileSignature(path);
    if (typeof sig === 'string') return sig;
    const known = this.#seen.get(path);
    if (known !== undefined && sameSignature(known.sig, sig)) return known;
    for (let tries = 0; ; tries++) {
      const hashedAtMs = Date.now();
      const digest = digestFile(path);
      const after = fileSignature(path);
      if (typeof after === 'string') return after;
      const steady = sameSignature(sig, after) && digest.size === after.size;
      const racy = !steady || isRacy(after, hashedAtMs);
      const seen = { digest, executable: isExecutable(after), sig: after, racy };
      if (racy) this.#seen.delete(path);
      else this.#seen.set(path, seen);
      // A file that never rests is given as last read; who ran on it must look again afterwards.
      if (steady || tries === MAX_TRIES) return seen;
      sig = after;
    }
  }
}

const MAX_TRIES = 4;

function fileSignature(path: string): StatSignature | NoDigest {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 'missing';
  return stats.isFile() ? signatureOf(stats) : 'not-a-file';
}

/** As the Remote Execution API and git see it: the owner's bit. */
const isExecutable = (sig: StatSignature): boolean => (sig.mode & 0o100) !== 0;

function attempt<T>(look: () => T): T | NoDigest {
  try {
    return look();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing';
    if (code === 'EISDIR') return 'not-a-file';
    if (typeof code === 'string') return 'unreadable';
    throw error;
  }
}
