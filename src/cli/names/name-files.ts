import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { NameSource } from '../../../rules/shared/name-map/merge.ts';
import { parseNameMap } from '../../../rules/shared/name-map/parse-name-map.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { say } from '../print.ts';

const MAX_BYTES = 64 << 20;

/** A text of the user's, with an error that names the file. */
export function readNames(path: string): Result<string, string> {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return err(`${path}: there is no such file`);
    // A pipe is fine; a device may never end.
    if (!stat.isFile() && !stat.isFIFO()) return err(`${path}: not a file`);
    if (stat.size > MAX_BYTES) return err(`${path}: larger than ${MAX_BYTES >> 20} MiB`);
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)));
  } catch (error) {
    if (error instanceof TypeError) return err(`${path}: not UTF-8`);
    return err(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function readMap(path: string): Result<NameSource, string> {
  const text = readNames(path);
  const entries = text.ok ? parseNameMap(text.value) : text;
  if (entries.ok) return ok({ label: path, entries: entries.value });
  return err(text.ok ? `${path}: ${entries.error}` : entries.error);
}

/** To a file as a whole, or to standard output; the exit code. */
export function writeResult(path: string | undefined, text: string): number {
  if (path === undefined) {
    process.stdout.write(text);
    return 0;
  }
  const temporary = `${path}.new-${process.pid}`;
  try {
    writeFileSync(temporary, text, { flag: 'wx' });
    renameSync(temporary, path);
    return 0;
  } catch (error) {
    rmSync(temporary, { force: true });
    say(`cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`);
    return 4;
  }
}
