import { baseName, EXTERNAL_DIR, joinPath } from './safe-path.ts';

/**
 * Where files from outside are staged: below `recomp-external/<package>/`, by their own names, since no absolute path may
 * be in a key. One of these serves a whole package, so that no two of its targets give one name to two files.
 */
export interface ExternalNames {
  nameOf(absolute: string): string;
}

export function createExternalNames(packageDir: string): ExternalNames {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  return {
    nameOf: (absolute) => {
      const known = names.get(absolute);
      if (known !== undefined) return known;
      const name = freeName(baseName(absolute), taken);
      taken.add(name);
      const path = `${EXTERNAL_DIR}/${joinPath(packageDir, name)}`;
      names.set(absolute, path);
      return path;
    },
  };
}

/** `game.bin`, `game-2.bin`, `game-3.bin` */
function freeName(base: string, taken: ReadonlySet<string>): string {
  const dot = base.lastIndexOf('.');
  const cut = dot > 0 ? dot : base.length;
  let name = base;
  for (let n = 2; taken.has(name); n++) name = `${base.slice(0, cut)}-${n}${base.slice(cut)}`;
  return name;
}
