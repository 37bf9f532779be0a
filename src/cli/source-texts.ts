import { readFileSync, statSync } from 'node:fs';
import { sha256 } from '../fingerprint/digest-bytes.ts';
import type { Journal } from '../journal/trace-journal.ts';
import { parseSha256 } from '../model/digest.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { FileContent } from '../report/told-change.ts';

/** Longer ones are not compared line by line. */
const MAX_BYTES = 16_384;
/** What one build remembers at most. */
const MAX_BUILD_BYTES = 8 << 20;

/**
 * Small sources as they were when a build last read them, so that `explain` can show what was changed in them. Only those are
 * noted whose content this build had to find out.
 */
export function noteTexts(
  root: string,
  hashed: ReadonlyMap<string, unknown>,
  journal: Pick<Journal<string>, 'append'>,
): void {
  const texts = new Map<string, string>();
  let room = MAX_BUILD_BYTES;
  for (const path of hashed.keys()) {
    const name = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : undefined;
    if (name === undefined || name.startsWith('recomp-out/')) continue;
    const text = readText(path);
    if (text === undefined) continue;
    room -= text.length;
    if (room < 0) break;
    texts.set(name, text);
  }
  journal.append(texts);
}

/** Where `textReader` finds what it is asked for. */
export interface TextSources {
  readonly root: string;
  /** Texts that a source had, by its path; any that is not of the digest is passed over. */
  readonly known: (path: string) => Iterable<string>;
  readonly blobs: Pick<BlobStore, 'get'>;
}

/** A content that is known by its digest: of a source as it was or is, of an output out of the cache. Nothing else is believed. */
export function textReader({
  root,
  known,
  blobs,
}: TextSources): (content: FileContent) => Promise<string | undefined> {
  return async ({ path, hash, size }) => {
    if (size > MAX_BYTES) return undefined;
    const is = (text: string): boolean => sha256(text) === hash;
    const now = readText(`${root}/${path}`);
    if (now !== undefined && is(now)) return now;
    for (const text of known(path)) if (is(text)) return text;
    const made = path.startsWith('recomp-out/') ? parseSha256(hash) : undefined;
    const blob = made && (await blobs.get({ hash: made, size }));
    return blob && plainText(Buffer.from(blob));
  };
}

function readText(path: string): string | undefined {
  try {
    const stat = statSync(path);
    if (!stat.isFile() || stat.size > MAX_BYTES) return undefined;
    return plainText(readFileSync(path));
  } catch {
    return undefined;
  }
}

function plainText(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  return text.includes('\0') || text.includes('\ufffd') ? undefined : text;
}

export const parseText = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;
