import { hash } from 'node:crypto';
import { decodeActionResult, type ResultMessage } from '../fingerprint/reapi/decode-action-result.ts';
import { encodeActionResult } from '../fingerprint/reapi/encode-action-result.ts';
import type { Sha256 } from '../model/digest.ts';
import type { ActionResult } from '../model/result.ts';

/**
 * How a result lies on disk: a mark, a SHA-256, and the ActionResult message. Nothing else vouches for these bytes; the
 * key is hashed along, so that an entry under another key's name is damage too.
 */
const MARK = Buffer.from('RCR1');
const HASH_BYTES = 32;

/** No honest result comes near; a hostile one must not fill the memory. */
const MAX_BYTES = 64 * 1024 * 1024;

export const isResultSize = (size: number): boolean => size >= MARK.length + HASH_BYTES && size <= MAX_BYTES;

export const frameResult = (key: Sha256, result: ActionResult): Uint8Array =>
  frameMessage(key, encodeActionResult(result));

/** Undefined: torn, altered, or another key's. */
export function unframeResult(key: Sha256, frame: Buffer): ResultMessage | undefined {
  const message = unframeMessage(key, frame);
  return message && decodeActionResult(message);
}

/** The same for a message that is kept as it came, whoever made it. */
export const frameMessage = (key: Sha256, message: Uint8Array): Uint8Array =>
  Buffer.concat([MARK, seal(key, message), message]);

export function unframeMessage(key: Sha256, frame: Buffer): Buffer | undefined {
  const start = MARK.length + HASH_BYTES;
  const message = frame.subarray(start);
  if (!frame.subarray(0, MARK.length).equals(MARK)) return undefined;
  return frame.subarray(MARK.length, start).equals(seal(key, message)) ? message : undefined;
}

const seal = (key: Sha256, message: Uint8Array): Buffer =>
  hash('sha256', Buffer.concat([Buffer.from(key), message]), 'buffer');
