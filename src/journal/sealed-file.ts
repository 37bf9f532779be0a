import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** A file that is whole or not there: its first line is the SHA-256 of what follows, so a torn or flipped one reads as absent. */
export function writeSealed(file: string, text: string): void {
  const body = Buffer.from(text, 'utf8');
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, Buffer.concat([Buffer.from(`${sha256(body)}\n`, 'latin1'), body]));
  renameSync(temporary, file);
}

export function readSealed(file: string): string | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    return undefined;
  }
  const body = bytes.subarray(SEAL);
  return bytes.toString('latin1', 0, SEAL) === `${sha256(body)}\n` ? body.toString('utf8') : undefined;
}

/** The digest's digits and the end of the line. */
const SEAL = 65;

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
