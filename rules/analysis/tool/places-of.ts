import { hex, type NameEntry } from '../../shared/name-map/entry.ts';
import { findPlaces } from '../../shared/name-map/find-places.ts';

/** A file of names, and what was read of it. */
export interface ReadNames {
  readonly path: string;
  readonly text: string;
  readonly entries: readonly NameEntry[];
}

/**
 * Where each statement stands that moves code, `file:line:column` by address; of several, the one that counts. Apart from
 * the hints, so that a line more in a map searches nothing again; mere names are left out, so that a new one tells nothing again.
 */
export function placesOf(files: readonly ReadNames[]): Readonly<Record<string, string>> {
  const places = new Map<number, string>();
  for (const { path, text, entries } of files) {
    const moving = new Set(entries.filter(movesCode).map((e) => e.address));
    for (const [address, place] of findPlaces(text, moving))
      if (!places.has(address)) places.set(address, `${path}:${place}`);
  }
  return Object.fromEntries([...places].sort(([a], [b]) => a - b).map(([at, place]) => [hex(at), place]));
}

const movesCode = ({ create, jump_table, kind, size }: NameEntry): boolean =>
  create !== undefined || jump_table !== undefined || kind === 'function' || size !== undefined;
