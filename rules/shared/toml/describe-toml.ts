import type { Table } from './read-toml.ts';

/** What is said of a key to whoever writes it, by its path: `gates.hash.max_drift_frames`, `scenes[].id`. */
export type KeyWords = Readonly<
  Record<string, { readonly text: string; readonly required?: true; readonly examples?: readonly string[] }>
>;

interface Schema {
  readonly [key: string]: unknown;
}

/** The JSON Schema of what a reader of tables asks for: it is read nothing, and everything that it wants is noted. */
export function describeToml(read: (root: Table) => unknown, words: KeyWords): Schema {
  const root = new Described('', words);
  read(root);
  return root.schema();
}

class Described implements Table {
  readonly #path: string;
  readonly #words: KeyWords;
  readonly #members = new Map<string, () => Schema>();
  #open = false;

  constructor(path: string, words: KeyWords) {
    this.#path = path;
    this.#words = words;
  }

  schema(): Schema {
    const required = [...this.#members.keys()].filter((key) => this.#words[this.#at(key)]?.required);
    const properties = [...this.#members].map(([key, schema]) => [key, { ...schema(), ...this.#said(key) }]);
    return {
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(required.length > 0 && { required }),
      ...(!this.#open && { additionalProperties: false }),
    };
  }

  #said(key: string): Schema {
    const { text, examples } = this.#words[this.#at(key)] ?? {};
    return { description: text, ...(examples && { examples }) };
  }

  text(key: string): undefined {
    this.#note(key, { type: 'string' });
  }
  flag(key: string): undefined {
    this.#note(key, { type: 'boolean' });
  }
  number(key: string, minimum: number, maximum: number): undefined {
    this.#note(key, { type: 'number', minimum, maximum });
  }
  whole(key: string, minimum: number, maximum: number): undefined {
    this.#note(key, { type: 'integer', minimum, maximum });
  }
  time(key: string): undefined {
    this.#note(key, { type: ['number', 'string'] });
  }
  level(key: string, minimum: number, maximum: number): undefined {
    this.#note(key, { anyOf: [{ type: 'integer', minimum, maximum }, { type: 'boolean' }] });
  }
  word<W extends string>(key: string, words: readonly W[]): undefined {
    this.#note(key, { enum: words });
  }

  table(key: string): Table {
    return this.#inner(key, this.#at(key), (schema) => schema);
  }
  tables(key: string): readonly Table[] {
    return [this.#inner(key, `${this.#at(key)}[]`, (items) => ({ type: 'array', items }))];
  }

  has(): boolean {
    return true;
  }
  leaveOpen(): void {
    this.#open = true;
  }
  fault(): void {}

  #inner(key: string, path: string, wrap: (schema: Schema) => Schema): Described {
    const inner = new Described(path, this.#words);
    this.#members.set(key, () => wrap(inner.schema()));
    return inner;
  }

  #note(key: string, schema: Schema): undefined {
    this.#members.set(key, () => schema);
  }

  #at(key: string): string {
    return this.#path === '' ? key : `${this.#path}.${key}`;
  }
}
