import { FoldedMembers } from './folded-members.ts';

/**
 * Facts by name in the layers in which they were written down, newest last. A large layer stays as it is written: of it only
 * those facts are unfolded that are asked for. A fact that is `undefined` was taken back.
 */
export class LayeredMap<T> implements ReadonlyMap<string, T> {
  readonly #layers: (Map<string, T | undefined> | FoldedLayer<T>)[] = [];

  add(batch: Iterable<readonly [string, T | undefined]>): void {
    let top = this.#layers.at(-1);
    if (!(top instanceof Map)) {
      top = new Map();
      this.#layers.push(top);
    }
    const isLowest = this.#layers.length === 1;
    for (const [name, value] of batch) {
      if (value === undefined && isLowest) top.delete(name);
      else top.set(name, value);
    }
  }

  addFolded(body: Buffer, parse: (value: unknown) => T | undefined): void {
    this.#layers.push(new FoldedLayer(body, parse));
  }

  /** Some of it has not been gone through yet. */
  get isFolded(): boolean {
    return this.#layers.some((layer) => layer instanceof FoldedLayer && !layer.members.isIndexed);
  }

  /** How many facts were written down in large layers. */
  get foldedCount(): number {
    return this.#layers.reduce(
      (sum, layer) => sum + (layer instanceof FoldedLayer ? layer.members.count : 0),
      0,
    );
  }

  get(name: string): T | undefined {
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      const layer = this.#layers[i];
      if (layer?.has(name)) return layer.get(name);
    }
    return undefined;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** How many names there are; of large layers, those too whose fact was taken back. */
  get size(): number {
    const [only, ...more] = this.#layers;
    return only instanceof Map && more.length === 0 ? only.size : this.#names().size;
  }

  *entries(): MapIterator<[string, T]> {
    for (const name of this.#names()) {
      const value = this.get(name);
      if (value !== undefined) yield [name, value];
    }
  }

  *keys(): MapIterator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): MapIterator<T> {
    for (const [, value] of this.entries()) yield value;
  }

  forEach(does: (value: T, name: string, map: ReadonlyMap<string, T>) => void): void {
    for (const [name, value] of this.entries()) does(value, name, this);
  }

  [Symbol.iterator](): MapIterator<[string, T]> {
    return this.entries();
  }

  #names(): Set<string> {
    const names = new Set<string>();
    for (const layer of this.#layers) for (const name of layer.keys()) names.add(name);
    return names;
  }
}

class FoldedLayer<T> {
  readonly members: FoldedMembers;
  readonly #parse: (value: unknown) => T | undefined;
  readonly #known = new Map<string, T | undefined>();

  constructor(body: Buffer, parse: (value: unknown) => T | undefined) {
    this.members = new FoldedMembers(body);
    this.#parse = parse;
  }

  has(name: string): boolean {
    return this.#known.has(name) || this.#look(name);
  }

  get(name: string): T | undefined {
    return this.#known.get(name);
  }

  keys(): Iterable<string> {
    return this.members.names();
  }

  #look(name: string): boolean {
    const found = this.members.find(name);
    if (!found) return false;
    this.#known.set(name, found.value === null ? undefined : this.#parse(found.value));
    return true;
  }
}
