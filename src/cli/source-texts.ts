import { readFileSync, statSync } from 'node:fs';
import { sha256 } from '../fingerprint/digest-bytes.ts';
import type { Journal } from '../journal/trace-journal.ts';
import { parseSha256 } from '../model/digest.ts';
import type { BlobStore } from '../ports/blob-store.ts';

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

/** A content that is known by its digest: of a source as it was or is, of an output out of the cache. Nothing else is believed. */
export function textReader(
  root: string,
  journal: Pick<Journal<string>, 'entries'>,
  blobs: Pick<BlobStore, 'get'>,
): (content: {
  readonly path: string;
  readonly hash: string;
  readonly size: number;
}) => Promise<string | undefined> {
  return async ({ path, hash, size }) => {
    if (size > MAX_BYTES) return undefined;
    const is = (text: string | undefined): boolean => text !== undefined && sha256(text) === hash;
    const now = readText(`${root}/${path}`);
    if (is(now)) return now;
    const before = journal.entries.get(path);
    if (is(before)) return before;
    const known = path.startsWith('recomp-out/') ? parseSha256(hash) : undefined;
    const blob = known && (await blobs.get({ hash: known, size }));
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
