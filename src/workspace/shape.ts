import type { Json } from '../base/canonical-json.ts';
import { nearest } from '../base/nearest.ts';
import type { KeyPath } from '../model/target.ts';
import type { Part } from './locate.ts';
import { show, showPath, typeName } from './show-value.ts';
import { isTable } from './toml-document.ts';

/**
 * What a value must look like, said once: it checks the value and it describes it to editors. Plain functions instead of a
 * schema library, because every package's file goes through here and loading the library alone costs more than that.
 */
export interface Shape<T> {
  readonly schema: { readonly [key: string]: Json };
  /** Absent: reported. */
  read(value: Json, at: KeyPath, report: Report): T | undefined;
}

export type Report = (fault: ShapeFault) => void;

export interface ShapeFault {
  readonly code: string;
  readonly at: KeyPath;
  readonly part: Part;
  readonly message: string;
  readonly help?: string;
}

export const text = (description: string, check?: (text: string) => string | undefined): Shape<string> => ({
  schema: { type: 'string', description },
  read: (value, at, report) => {
    if (typeof value !== 'string') return wrongType(value, 'a string', at, report);
    const fault = check?.(value);
    if (fault === undefined) return value;
    return say(report, { code: 'bad-value', at, part: 'value', message: fault });
  },
});

export const oneOf = <const T extends string>(description: string, words: readonly T[]): Shape<T> => ({
  schema: { enum: words, description },
  read: (value, at, report) => {
    const found = words.find((w) => w === value);
    if (found !== undefined) return found;
    const near = typeof value === 'string' ? nearest(value, words) : undefined;
    const message = `expected ${words.map((w) => `"${w}"`).join(', ')}, found ${show(value)}`;
    return say(report, { code: 'bad-value', at, part: 'value', message, ...didYouMean(near) });
  },
});

export const integer = (description: string, minimum: number, maximum: number): Shape<number> => ({
  schema: { type: 'integer', minimum, maximum, description },
  read: (value, at, report) => {
    if (typeof value !== 'number') return wrongType(value, 'a whole number', at, report);
    if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
    const wanted = minimum === maximum ? minimum : `a whole number from ${minimum} to ${maximum}`;
    const message = `expected ${wanted}, found ${show(value)}`;
    return say(report, { code: 'bad-value', at, part: 'value', message });
  },
});

/** Any finite number: a share, a price. */
export const decimal = (description: string, minimum: number, maximum: number): Shape<number> => ({
  schema: { type: 'number', minimum, maximum, description },
  read: (value, at, report) => {
    if (typeof value !== 'number') return wrongType(value, 'a number', at, report);
    if (value >= minimum && value <= maximum) return value;
    const message = `expected a number from ${minimum} to ${maximum}, found ${show(value)}`;
    return say(report, { code: 'bad-value', at, part: 'value', message });
  },
});

export const flag = (description: string): Shape<boolean> => ({
  schema: { type: 'boolean', description },
  read: (value, at, report) =>
    typeof value === 'boolean' ? value : wrongType(value, 'true or false', at, report),
});

export const anything = (description: string): Shape<Json> => ({
  schema: { description },
  read: (value) => value,
});

export const list = <T>(description: string, item: Shape<T>): Shape<readonly T[]> => ({
  schema: { type: 'array', items: item.schema, description },
  read: (value, at, report) => {
    if (!isList(value)) return wrongType(value, 'a list', at, report);
    return value.map((v, i) => item.read(v, [...at, i], report)).filter((v) => v !== undefined);
  },
});

/** A table whose keys are free. */
export const mapOf = <T>(
  description: string,
  member: Shape<T>,
  checkKey?: (key: string) => string | undefined,
) =>
  ({
    schema: { type: 'object', additionalProperties: member.schema, description },
    read: (value, at, report) => {
      if (!isTable(value)) return wrongType(value, 'a table', at, report);
      const entries: [string, T][] = [];
      for (const [key, v] of Object.entries(value)) {
        const fault = checkKey?.(key);
        if (fault !== undefined) report({ code: 'bad-name', at: [...at, key], part: 'key', message: fault });
        const read = member.read(v, [...at, key], report);
        if (read !== undefined) entries.push([key, read]);
      }
      return Object.fromEntries(entries);
    },
  }) satisfies Shape<Readonly<Record<string, T>>>;

type Keys = Readonly<Record<string, Shape<unknown>>>;
export type Read<K extends Keys> = { readonly [P in keyof K]?: K[P] extends Shape<infer T> ? T : never };

/** A table with known keys only. `open` lets others through, unread. */
export function table<K extends Keys>(
  description: string,
  keys: K,
  options: { readonly required?: readonly (keyof K & string)[]; readonly open?: boolean } = {},
): Shape<Read<K>> & { readonly keys: K } {
  const { required = [], open = false } = options;
  const properties = Object.fromEntries(Object.entries(keys).map(([key, shape]) => [key, shape.schema]));
  return {
    keys,
    schema: {
      type: 'object',
      description,
      properties,
      ...(required.length > 0 ? { required } : {}),
      ...(open ? {} : { additionalProperties: false }),
    },
    read: (value, at, report) => {
      if (!isTable(value)) return wrongType(value, 'a table', at, report);
      for (const key of required) if (!Object.hasOwn(value, key)) missingKey(key, at, report);
      const out: Record<string, unknown> = {};
      for (const [key, v] of Object.entries(value)) {
        const shape = Object.hasOwn(keys, key) ? keys[key] : undefined;
        if (shape === undefined) {
          if (!open) unknownKey(key, Object.keys(keys), at, report);
          continue;
        }
        const read = shape.read(v, [...at, key], report);
        if (read !== undefined) out[key] = read;
      }
      // Sound by construction: each member was read by the shape of its own key.
      return out as Read<K>;
    },
  };
}

export function unknownKey(key: string, known: readonly string[], at: KeyPath, report: Report): void {
  const where = at.length === 0 ? 'at the top level' : `in ${showPath(at)}`;
  const near = nearest(key, known);
  report({
    code: 'unknown-key',
    at: [...at, key],
    part: 'key',
    message: `unknown key ${show(key)} ${where}`,
    help: near === undefined ? `known keys: ${known.join(', ')}` : `did you mean "${near}"?`,
  });
}

function missingKey(key: string, at: KeyPath, report: Report): void {
  report({
    code: 'missing-key',
    at,
    part: 'key',
    message: `${showPath(at)} has no "${key}"`,
    help: `add ${key} = …`,
  });
}

export function wrongType(value: Json, expected: string, at: KeyPath, report: Report): undefined {
  return say(report, {
    code: 'wrong-type',
    at,
    part: 'value',
    message: `expected ${expected}, found ${typeName(value)}`,
  });
}

function say(report: Report, fault: ShapeFault): undefined {
  report(fault);
  return undefined;
}

const didYouMean = (near: string | undefined): { help?: string } =>
  near === undefined ? {} : { help: `did you mean "${near}"?` };

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
