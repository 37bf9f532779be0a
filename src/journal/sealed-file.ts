import { createHash } from 'node:crypto';
import { readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';

/** A file that is whole or not there: its first line is the SHA-256 of what follows, so a torn or flipped one reads as absent. */
export function writeSealed(file: string, content: string | Uint8Array): void {
  const body = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, Buffer.concat([Buffer.from(`${sha256(body)}\n`, 'latin1'), body]));
    // ext4 flushes to disk on a rename over an existing file; a moment without one reads as absent.
    removeFile(file);
    renameSync(temporary, file);
  } catch (error) {
    // A full disk must not be kept full by half of a file.
    removeFile(temporary);
    throw error;
  }
}

/** Not `rmSync`, which loads a module of Node's that can remove folders too. */
export function removeFile(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

export const readSealed = (file: string): string | undefined => readSealedBytes(file)?.toString('utf8');

export function readSealedBytes(file: string): Buffer | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    return undefined;
  }
  const body = bytes.subarray(SEAL);
  return bytes.toString('latin1', 0, SEAL) === `${sha256(body)}\n` ? body : undefined;
}

/** The digest's digits and the end of the line. */
const SEAL = 65;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
