import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { err, ok, type Result } from '../../../src/base/result.ts';

export function readBytes(path: string): Result<Uint8Array, string> {
  try {
    return ok(readFileSync(path));
  } catch (error) {
    return err(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function readText(path: string): Result<string, string> {
  const bytes = readBytes(path);
  return bytes.ok ? ok(Buffer.from(bytes.value).toString('utf8')) : bytes;
}

export function writeFile(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

export function writeFiles(folder: string, files: Iterable<readonly [string, string | Uint8Array]>): void {
  mkdirSync(folder, { recursive: true });
  for (const [path, content] of files) writeFile(join(folder, path), content);
}
