import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** What was copied into a folder, so that the next run can take away what is no longer made, and nothing else. */
export const COPY_LIST = '.recomp-copied';

/** By name: the digests that a copy may have; two while it is being replaced, none where nobody wrote them down. */
export type CopyList = ReadonlyMap<string, ReadonlySet<string>>;

/** Somebody may have written anything there. */
export function readCopyList(folder: string): CopyList {
  const file = join(folder, COPY_LIST);
  const list = new Map<string, Set<string>>();
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return list;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, hash, named] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    const name = named ?? line;
    if (name === '' || isAbsolute(name) || name.split('/').includes('..')) continue;
    const digests = list.get(name) ?? new Set();
    list.set(name, digests);
    if (hash !== undefined) digests.add(hash);
  }
  return list;
}

/** In the form of `sha256sum`. */
export function writeCopyList(folder: string, list: CopyList): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, COPY_LIST);
  rmSync(file, { force: true });
  const lines = [...list].flatMap(([name, digests]) =>
    digests.size === 0 ? [name] : [...digests].map((hash) => `${hash}  ${name}`),
  );
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
}
