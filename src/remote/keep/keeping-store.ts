import { digestBytes } from '../../fingerprint/digest-bytes.ts';
import type { Digest, Sha256 } from '../../model/digest.ts';
import type { ActionResult } from '../../model/result.ts';
import type { ActionCache } from '../../ports/action-cache.ts';
import type { BlobPlace, FileSignature } from '../../ports/blob-store.ts';
import { diskSize } from '../../store/layout.ts';
import { writeNewFile } from '../../store/write-new-file.ts';
import type { AdoptingStore } from '../fetch-blobs.ts';
import type { Kept, KeptReply } from './keeper-messages.ts';
import type { Keeper } from './keeper-thread.ts';

export interface KeepingOptions {
  readonly blobs: AdoptingStore;
  readonly results: ActionCache;
  readonly open: () => Keeper;
  readonly onReply: (reply: KeptReply) => void;
}

/** So many are written at once: a thread is not worth its start for them. */
const FEW = 64;
/** More than this is not held in memory while the disk is slow. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The local cache, which is filled by another thread when much comes from a remote: making files takes longer than fetching them. Until
 * a blob is on disk it is had from memory.
 */
export class KeepingStore implements AdoptingStore {
  readonly #options: KeepingOptions;
  readonly #held = new Map<Sha256, Uint8Array>();
  #heldBytes = 0;
  #count = 0;
  #addedBytes = 0;
  #keeper: Keeper | undefined;
  #lot: Kept[] = [];
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(options: KeepingOptions) {
    this.#options = options;
  }

  /** Room on disk that the thread takes. */
  get addedBytes(): number {
    return this.#addedBytes;
  }

  async missing(digests: readonly Digest[]): Promise<readonly Digest[]> {
    if (this.#held.size === 0) return this.#options.blobs.missing(digests);
    return this.#options.blobs.missing(digests.filter(({ hash }) => !this.#held.has(hash)));
  }

  async get(digest: Digest): Promise<Uint8Array | undefined> {
    return this.#held.get(digest.hash) ?? this.#options.blobs.get(digest);
  }

  put(bytes: Uint8Array): Promise<Digest> {
    return this.#options.blobs.put(bytes);
  }

  /** What can be had from the remote again: should this process end before it is written, nothing is lost. */
  async keep(bytes: Uint8Array): Promise<void> {
    if (this.#count++ < FEW) {
      await this.#options.blobs.put(bytes);
      return;
    }
    const { hash } = digestBytes(bytes);
    if (this.#held.has(hash)) return;
    this.#held.set(hash, bytes);
    this.#heldBytes += bytes.length;
    this.#addedBytes += diskSize(bytes.length);
    this.#pass({ kind: 'blob', hash, bytes });
    if (this.#heldBytes > MOST_BYTES) await this.settle();
  }

  /** Of the remote as well; after all that it names. */
  async keepResult(key: Sha256, result: ActionResult): Promise<void> {
    if (this.#keeper) this.#pass({ kind: 'result', key, result });
    else await this.#options.results.put(key, result);
  }

  putFile(path: string, digest: Digest): Promise<void> {
    return this.#options.blobs.putFile(path, digest);
  }

  async materialize(digest: Digest, path: string, executable: boolean): Promise<boolean> {
    const held = this.#held.get(digest.hash);
    if (held === undefined) return this.#options.blobs.materialize(digest, path, executable);
    writeNewFile(path, executable ? 0o755 : 0o644, held);
    return true;
  }

  placeMany(files: readonly BlobPlace[], mtimeMs: number): readonly (FileSignature | undefined)[] {
    return this.#options.blobs.placeMany?.(files, mtimeMs) ?? files.map(() => undefined);
  }

  newFile(): string {
    return this.#options.blobs.newFile();
  }

  adopt(path: string, digest: Digest): void {
    this.#options.blobs.adopt(path, digest);
  }

  pathOf(digest: Digest): string {
    return this.#options.blobs.pathOf(digest);
  }

  /** All is on disk afterwards, or it was said why not. */
  async settle(): Promise<void> {
    this.#send();
    if (this.#underWay > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.#keeper?.close();
  }

  /** What comes in one turn goes as one lot. */
  #pass(kept: Kept): void {
    this.#keeper ??= this.#options.open();
    this.#lot.push(kept);
    if (this.#lot.length === 1) setImmediate(() => this.#send());
  }

  #send(): void {
    const lot = this.#lot;
    if (lot.length === 0 || !this.#keeper) return;
    this.#lot = [];
    this.#underWay++;
    this.#keeper.keep(lot, (reply) => {
      this.#underWay--;
      this.#options.onReply(reply);
      for (const kept of lot) if (kept.kind === 'blob') this.#forget(kept.hash);
      if (this.#underWay === 0) for (const resume of this.#waiting.splice(0)) resume();
    });
  }

  #forget(hash: Sha256): void {
    this.#heldBytes -= this.#held.get(hash)?.length ?? 0;
    this.#held.delete(hash);
  }
}
