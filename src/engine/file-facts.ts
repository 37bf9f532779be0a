import { lstatSync, type Stats, statSync } from 'node:fs';
import { getOrMake } from '../base/get-or-make.ts';
import { StatCache } from '../fingerprint/stat-cache.ts';
import { type StatSignature, sameSignature, signatureOf } from '../fingerprint/stat-signature.ts';
import type { Sha256 } from '../model/digest.ts';
import type { FileContent, FileFacts, FileLook, FileMark } from './content.ts';

/** A file's content as the journal keeps it: [size, mtime, ctime, inode, mode, sha256, executable]. */
export type StoredFact = readonly [number, number, number, number, number, Sha256, 0 | 1];

interface Fact {
  readonly sig: StatSignature;
  readonly content: FileContent;
  readonly racy: boolean;
}

/** What earlier builds knew. Its signatures were trusted when they were written. */
export interface FactSource {
  /** A file's content; undefined where asking would cost more than hashing. */
  content(path: string): StoredFact | undefined;
  signature(path: string): StatSignature | undefined;
  journal(): ReadonlyMap<string, StoredFact>;
}

/** Everything that the journal holds. */
export function journalFacts(journal: { readonly entries: ReadonlyMap<string, StoredFact> }): FactSource {
  return {
    content: (path) => journal.entries.get(path),
    signature: (path) => {
      const stored = journal.entries.get(path);
      return stored && signatureFrom(stored);
    },
    journal: () => journal.entries,
  };
}

/** After a small edit: the signatures that were just compared; the few files that matter are hashed, and the journal stays unread. */
export function comparedFacts(
  signature: (path: string) => StatSignature | undefined,
  journal: { readonly entries: ReadonlyMap<string, StoredFact> },
): FactSource {
  return {
    content: () => undefined,
    signature,
    journal: () => journal.entries,
  };
}

/** Remembers files within a build (by what was seen first) and between builds (by stat signature). */
export class NodeFileFacts implements FileFacts {
  readonly #source: FactSource;
  readonly #seen = new Map<string, Fact | 'missing' | 'not-a-file'>();
  readonly #fresh = new Map<string, StoredFact | undefined>();
  /** Read by one action as it was, by another as it became. */
  readonly #edited = new Set<string>();

  constructor(source: FactSource) {
    this.#source = source;
  }

  look(path: string): FileLook {
    const seen = getOrMake(this.#seen, path, () => this.#lookNow(path));
    if (seen === 'missing' || seen === 'not-a-file') return { kind: seen };
    return { kind: 'file', content: seen.content };
  }

  mark(path: string): FileMark {
    const seen = this.#seen.get(path);
    if (typeof seen === 'object') return { fact: seen, hash: seen.content.digest.hash, sig: seen.sig };
    // An output that nothing has touched is used without a look; what the journal says of it must still hold.
    const sig = seen === undefined ? this.#source.signature(path) : undefined;
    return { fact: undefined, hash: undefined, sig };
  }

  stillAsMarked(path: string, { fact, sig }: FileMark): boolean {
    const seen = this.#seen.get(path);
    // Somebody else has looked at it anew since: then it is another file by now, whatever it holds.
    if (fact !== undefined && fact !== seen) return false;
    // Hashed so soon after its last change that another can hide behind the same times: only the bytes can tell.
    if (fact !== undefined && typeof seen === 'object' && seen.racy) return sameContent(path, seen.content);
    const stat = statOf(path);
    return sig !== undefined && stat !== undefined && sameSignature(signatureOf(stat), sig);
  }

  forget(path: string): void {
    if (typeof this.#seen.get(path) === 'object') this.#edited.add(path);
    this.#seen.delete(path);
  }

  /** What changed while it was in use: whoever read it before may be out of date. */
  edited(): readonly string[] {
    return [...this.#edited];
  }

  wrote(path: string, content: FileContent): void {
    this.wroteAs(path, content, signatureOf(lstatSync(path)));
  }

  wroteAs(path: string, content: FileContent, sig: StatSignature): void {
    this.#edited.delete(path);
    // Its modification time was set back on purpose: a later edit cannot hide behind this signature.
    this.#remember(path, {
      sig,
      content: { digest: content.digest, executable: content.executable },
      racy: false,
    });
  }

  /** What this build saw of a file, for the table of what was seen; undefined: not seen, or not to be trusted. */
  signature(path: string): StatSignature | undefined {
    const seen = this.#seen.get(path);
    if (seen === undefined || typeof seen === 'string' || seen.racy || this.#edited.has(path))
      return undefined;
    return seen.sig;
  }

  /**
   * The content that the build stood on. What it did not look at itself is as it was before the build, whatever has become of it
   * since; and a look for this must not pass for one of the build's, or an edit made meanwhile would count as built.
   */
  known(path: string): FileContent | undefined {
    const seen = this.#seen.get(path);
    if (seen !== undefined && typeof seen !== 'string') return seen.content;
    const stored = this.#source.journal().get(path);
    if (stored && sameSignature(this.#before(path, stored), signatureFrom(stored)))
      return factFrom(stored).content;
    const now = new StatCache().digestOf(path);
    return typeof now === 'object' ? { digest: now.digest, executable: now.executable } : undefined;
  }

  /** How a file looked that this build found unchanged; where nobody compared it, how it looks now. */
  #before(path: string, stored: StoredFact): StatSignature {
    const compared = this.#source.content(path) === undefined ? this.#source.signature(path) : undefined;
    const stat = compared ? undefined : statOf(path);
    return compared ?? (stat ? signatureOf(stat) : { ...signatureFrom(stored), size: -1 });
  }

  /** What the journal has to learn. */
  changes(): ReadonlyMap<string, StoredFact | undefined> {
    return this.#fresh;
  }

  #lookNow(path: string): Fact | 'missing' | 'not-a-file' {
    const stored = this.#source.content(path);
    if (stored) {
      const stat = statOf(path);
      if (stat?.isFile() && sameSignature(signatureOf(stat), signatureFrom(stored))) return factFrom(stored);
    }
    const seen = new StatCache().digestOf(path);
    if (seen === 'missing' || seen === 'not-a-file') return seen;
    if (seen === 'unreadable') return 'missing';
    return this.#remember(path, {
      sig: seen.sig,
      content: { digest: seen.digest, executable: seen.executable },
      racy: seen.racy,
    });
  }

  #remember(path: string, fact: Fact): Fact {
    this.#seen.set(path, fact);
    const { sig, content } = fact;
    this.#fresh.set(
      path,
      fact.racy
        ? undefined
        : [
            sig.size,
            sig.mtimeMs,
            sig.ctimeMs,
            sig.ino,
            sig.mode,
            content.digest.hash,
            content.executable ? 1 : 0,
          ],
    );
    return fact;
  }
}

function sameContent(path: string, { digest, executable }: FileContent): boolean {
  const now = new StatCache().digestOf(path);
  return typeof now === 'object' && now.digest.hash === digest.hash && now.executable === executable;
}

/** What cannot be looked at is as good as absent here; hashing it says what is wrong. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

const signatureFrom = ([size, mtimeMs, ctimeMs, ino, mode]: StoredFact): StatSignature => ({
  size,
  mtimeMs,
  ctimeMs,
  ino,
  mode,
});

const factFrom = (stored: StoredFact): Fact => ({
  sig: signatureFrom(stored),
  content: { digest: { hash: stored[5], size: stored[0] }, executable: stored[6] === 1 },
  racy: false,
});

export function parseStoredFact(value: unknown): StoredFact | undefined {
  return isStoredFact(value) ? value : undefined;
}

const isStoredFact = (value: unknown): value is StoredFact =>
  Array.isArray(value) &&
  value.length === 7 &&
  value.slice(0, 5).every((n) => typeof n === 'number') &&
  typeof value[5] === 'string';
