import { lstatSync, readFileSync } from 'node:fs';
import { compareCodePoints } from '../../base/order.ts';
import { sha256 } from '../../fingerprint/digest-bytes.ts';
import { UNCHANGED_FILE } from '../run-folder.ts';
import { Shape } from './shape.ts';

/** Stands in a list for all that did not change: so many entries of the file of this SHA-256, those that the list names itself apart. */
interface Marker {
  readonly unchanged: number;
  readonly identity: string;
}

const isMarker = (item: object): item is Marker => 'unchanged' in item && 'identity' in item;

/**
 * A run's lists with everything in them, whether the manifest spells it out or leaves what did not change to one entry: the file
 * beside it has the lists as an earlier run of the same request had them, and all runs share it that changed little of them.
 */
export class UnchangedEntries {
  readonly #file: string;
  readonly #limit: number;
  readonly #faults: string[];
  readonly #known = new Map<string, Shape | undefined>();

  constructor(folder: string, limit: number, faults: string[]) {
    this.#file = `${folder}/${UNCHANGED_FILE}`;
    this.#limit = limit;
    this.#faults = faults;
  }

  /** In the order of their names, as a manifest without such an entry has them. */
  expand<T extends object>(
    manifest: Shape,
    list: string,
    read: (item: Shape) => T | undefined,
    nameOf: (item: T) => string,
  ): T[] {
    const items = manifest.list(list, (item): T | Marker | undefined =>
      item.has('unchanged') ? readMarker(item) : read(item),
    );
    const markers = items.filter(isMarker);
    const listed = items.flatMap((item) => (isMarker(item) ? [] : [item]));
    const [marker] = markers;
    if (!marker) return listed;
    const named = new Set(listed.map(nameOf));
    const same = (this.#base(marker.identity)?.list(list, read) ?? []).filter(
      (item) => !named.has(nameOf(item)),
    );
    if (same.length !== marker.unchanged || markers.length > 1)
      this.#faults.push(`${list}: ${marker.unchanged} entries that did not change are not all there`);
    return [...listed, ...same].sort((a, b) => compareCodePoints(nameOf(a), nameOf(b)));
  }

  /** Only what has the digest is what the run meant. */
  #base(identity: string): Shape | undefined {
    if (!this.#known.has(identity)) this.#known.set(identity, this.#read(identity));
    return this.#known.get(identity);
  }

  #read(identity: string): Shape | undefined {
    try {
      const stat = lstatSync(this.#file);
      if (!stat.isFile() || stat.size > this.#limit) return undefined;
      const bytes = readFileSync(this.#file);
      return sha256(bytes) === identity ? new Shape(JSON.parse(bytes.toString('utf8'))) : undefined;
    } catch {
      return undefined;
    }
  }
}

function readMarker(item: Shape): Marker | undefined {
  const unchanged = item.count('unchanged');
  const identity = item.text('identity');
  return unchanged === undefined || identity === undefined ? undefined : { unchanged, identity };
}
