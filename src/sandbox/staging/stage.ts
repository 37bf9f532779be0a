import { lstatSync } from 'node:fs';

/** A host file or folder to be mounted read-only at a path below the execution root. */
export interface InputMount {
  readonly from: string;
  readonly at: string;
}

/** What was laid into a slot for one action, and so what must go again. Paths are relative to the execution root. */
export interface Stage {
  /** Folders made, parents first. */
  readonly folders: Set<string>;
  /** Files made; with a signature where the action could have written. */
  readonly files: Map<string, Signature | undefined>;
  /** Folders that were copied whole. */
  readonly trees: Set<string>;
  readonly mounts: InputMount[];
  /** Declared outputs; true for folders. */
  readonly outputs: ReadonlyMap<string, boolean>;
  /** Folders that the action may write in. */
  readonly writable: readonly string[];
}

/** Differs after any write, any change of mode and any replacement. */
export type Signature = string;

export function signatureOf(path: string): Signature | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat && `${stat.ino}:${stat.ctimeMs}:${stat.size}:${stat.mode}`;
}

export const isBelow = (path: string, folder: string): boolean =>
  folder === '' || path.startsWith(`${folder}/`);
