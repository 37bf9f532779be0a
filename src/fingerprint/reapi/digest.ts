import { type Digest, parseSha256 } from '../../model/digest.ts';
import { digestBytes } from '../digest-bytes.ts';
import type { WireReader } from '../wire-reader.ts';
import type { WireWriter } from '../wire-writer.ts';

/** Names the blob that always exists. */
export const EMPTY_DIGEST: Digest = digestBytes(new Uint8Array());

/** Digest { hash 1, size_bytes 2 } as field `field` of the message being written. */
export function writeDigest(writer: WireWriter, field: number, digest: Digest): void {
  const start = writer.open(field);
  writer.text(1, digest.hash);
  writer.number(2, digest.size);
  writer.close(start);
}

/** The current field as a Digest; what is not a SHA-256 digest damages the message. */
export function readDigest(parent: WireReader): Digest {
  const reader = parent.message();
  let hash = '';
  let size = 0;
  while (reader.next()) {
    if (reader.field === 1) hash = reader.text();
    else if (reader.field === 2) size = reader.number();
  }
  const parsed = parseSha256(hash);
  return demand(reader, parsed && { hash: parsed, size });
}

/** A message that lacks a digest it must have is damaged. */
export function demand(reader: WireReader, digest: Digest | undefined): Digest {
  if (digest === undefined) reader.refuse();
  return digest ?? EMPTY_DIGEST;
}
