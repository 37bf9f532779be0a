import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { ByteLines } from '../base/byte-lines.ts';
import { RECOMP_BUILD } from '../base/version.ts';
import { sha256 } from '../fingerprint/digest-bytes.ts';
import { readSealedBytes, writeSealed } from '../journal/sealed-file.ts';
import type { PackageMemory } from '../loading/package-memory.ts';
import type { PackageDecl } from '../model/workspace.ts';
import { BUILD_FILE } from '../workspace/safe-path.ts';

export interface StoredPackages extends PackageMemory {
  /** Writes down what was learnt, if anything was. */
  save(): void;
}

interface Entry {
  readonly digest: string;
  /** The package as JSON; unfolded only where it is asked for. */
  readonly line: () => string;
}

/** Of the whole workspace, in one file: a head with folders and digests, and a line for each package. */
export function openPackages(root: string): StoredPackages {
  const file = `${root}/.recomp/state/packages`;
  const entries = readEntries(file);
  const learnt = new Map<string, Entry>();
  return {
    recall(path, text) {
      const known = entries.get(path);
      if (known?.digest !== sha256(text)) return undefined;
      const value: unknown = JSON.parse(known.line());
      return isPackage(value) ? value : undefined;
    },
    keep(path, text, pkg) {
      learnt.set(path, { digest: sha256(text), line: () => JSON.stringify(pkg) });
    },
    save() {
      if (learnt.size === 0) return;
      const others = [...entries].filter(
        ([path]) => !learnt.has(path) && existsSync(`${root}/${path}/${BUILD_FILE}`),
      );
      writeEntries(file, [...others, ...learnt]);
    },
  };
}

function readEntries(file: string): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const bytes = readSealedBytes(file);
  if (!bytes) return entries;
  const lines = new ByteLines(bytes);
  const [build, ...known]: [string, ...(readonly [path: string, digest: string])[]] = JSON.parse(lines.at(0));
  if (build !== RECOMP_BUILD) return entries;
  for (const [i, [path, digest]] of known.entries())
    entries.set(path, { digest, line: () => lines.at(i + 1) });
  return entries;
}

/** It only saves time: where it cannot be written, the packages are read again. */
function writeEntries(file: string, entries: readonly (readonly [string, Entry])[]): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const head = JSON.stringify([RECOMP_BUILD, ...entries.map(([path, { digest }]) => [path, digest])]);
    writeSealed(file, [head, ...entries.map(([, { line }]) => line())].join('\n'));
  } catch {
    // A full disk, or one that cannot be written to.
  }
}

/** The seal held, so it is what was written; a line that is none is read again. */
const isPackage = (value: unknown): value is PackageDecl =>
  typeof value === 'object' && value !== null && 'path' in value && 'targets' in value;
