import { fileURLToPath } from 'node:url';

/**
 * What is written in C because JavaScript takes long for it: thousands of looks at files, and starting processes. It is a
 * quicker way to the same answers: everything works without it, and each user of it has both ways held to one suite.
 */
export interface NativePart {
  /** What somebody left open for all children is closed in those that are started. */
  readonly closesOthers: boolean;
  /**
   * Fills in the words of `journal/seen-words.ts` for each path, and gives the numbers of those that are not as before. Paths
   * are absolute or below `root`, and end in NUL each.
   */
  compareFiles(
    root: string,
    paths: Uint8Array,
    kinds: Uint8Array,
    before: Float64Array,
    words: Float64Array,
  ): readonly number[];
  /**
   * Puts small files where nothing is, each checked against its SHA-256. `texts`: where it is read, where it is written first,
   * and its place, each ended by NUL; folders above the place are made. `words`, seven for each: 1 if it was done (else
   * nothing was, whatever the reason), then size, mtime, ctime, inode and mode of what lies there, and the mtime of what was read.
   */
  restoreFiles(
    texts: Uint8Array,
    hashes: Uint8Array,
    sizes: Float64Array,
    executable: Uint8Array,
    mtimeMs: number,
    words: Float64Array,
  ): void;
  /**
   * Starts a process in a session of its own, in `/`, with an empty environment; `descriptors` are its 3, 4 and so on (-1: none).
   * `heard`
   * gets what it says on stdout or stderr, and in the end how it ended. A number: the system's, for why it could not be started.
   */
  startChild(
    words: readonly string[],
    descriptors: Int32Array,
    heard: (text: string | undefined, code: number, signal: number) => void,
  ): NativeChild | number;
  tellChild(handle: unknown, text: string, last: boolean): void;
}

export interface NativeChild {
  readonly pid: number;
  readonly handle: unknown;
}

/** Undefined: there is none for this machine, or it is not wanted. */
export function nativePart(): NativePart | undefined {
  if (!asked) loaded = process.env['RECOMP_NATIVE'] === 'off' ? undefined : load();
  asked = true;
  return loaded;
}

let asked = false;
let loaded: NativePart | undefined;

function load(): NativePart | undefined {
  const name = `native/${process.platform}-${process.arch}.node`;
  // In the bundle it lies beside us; from source, in the bundle's folder.
  for (const place of [`./${name}`, `../../dist/${name}`]) {
    const module = { exports: {} };
    try {
      process.dlopen(module, fileURLToPath(new URL(place, import.meta.url)));
    } catch {
      // Not built here, or for another libc.
      continue;
    }
    return isNativePart(module.exports) ? module.exports : undefined;
  }
  return undefined;
}

/** As in native.h. */
const VERSION = 4;

function isNativePart(value: object): value is NativePart {
  return (
    'version' in value &&
    value.version === VERSION &&
    ['compareFiles', 'restoreFiles', 'startChild', 'tellChild'].every(
      (name) => typeof Reflect.get(value, name) === 'function',
    )
  );
}
