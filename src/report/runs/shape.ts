/** Reads what may be anything: a wrong member is absent, a wrong item is left out and counted. */
export class Shape {
  readonly #value: object;
  readonly #dropped: { count: number };

  constructor(value: unknown, dropped = { count: 0 }) {
    this.#value = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
    this.#dropped = dropped;
  }

  /** How many items of lists were left out, at any depth. */
  get dropped(): number {
    return this.#dropped.count;
  }

  text(name: string): string | undefined {
    const value = this.#get(name);
    return typeof value === 'string' && value.length <= MAX_TEXT ? value : undefined;
  }

  count(name: string): number | undefined {
    const value = this.#get(name);
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
  }

  isTrue(name: string): boolean {
    return this.#get(name) === true;
  }

  has(name: string): boolean {
    return this.#get(name) !== undefined;
  }

  shape(name: string): Shape {
    return new Shape(this.#get(name), this.#dropped);
  }

  list<T>(name: string, read: (item: Shape) => T | undefined): T[] {
    const value = this.#get(name);
    if (!Array.isArray(value)) return [];
    return value.flatMap((item: unknown) => {
      const one = read(new Shape(item, this.#dropped));
      if (one !== undefined) return [one];
      this.#dropped.count++;
      return [];
    });
  }

  /** A list of texts. */
  names(name: string): string[] {
    const value = this.#get(name);
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  }

  /** Its members that are texts. */
  texts(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(this.#value).flatMap(([name, value]: [string, unknown]) =>
        typeof value === 'string' ? [[name, value]] : [],
      ),
    );
  }

  #get(name: string): unknown {
    return Object.getOwnPropertyDescriptor(this.#value, name)?.value;
  }
}

const MAX_TEXT = 1_000_000;
