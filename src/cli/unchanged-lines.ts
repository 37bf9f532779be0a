import { readFileSync, statSync } from 'node:fs';
import { sha256 } from '../fingerprint/digest-bytes.ts';
import { StoredBody } from '../report/stored-body.ts';

/** The file of lines that records leave to: read and checked once, as long as it stays as it is. */
export class UnchangedLines {
  #look = '';
  #body: StoredBody | undefined;

  /** Undefined: it is not what it was. */
  open(file: string, identity: string): StoredBody | undefined {
    const look = `${identity} ${lookAt(file)}`;
    if (look !== this.#look) {
      this.#look = look;
      this.#body = read(file, identity);
    }
    return this.#body;
  }
}

function lookAt(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs}` : '-';
}

function read(file: string, identity: string): StoredBody | undefined {
  try {
    const bytes = readFileSync(file);
    return sha256(bytes) === identity ? StoredBody.open(bytes) : undefined;
  } catch {
    return undefined;
  }
}
