import type { Json } from '../base/canonical-json.ts';
import type { KeyPath } from '../model/target.ts';

export function typeName(value: Json): string {
  if (typeof value === 'string') return `the string ${show(value)}`;
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'a list' : 'a table';
}

/** A value for people: short, on one line. */
export function show(value: Json): string {
  const full = JSON.stringify(value);
  return full.length > 80 ? `${full.slice(0, 79)}…` : full;
}

/** `["target", 3, "env"]` as a person would write it: `[[target]].env`. */
export function showPath(at: KeyPath): string {
  const [first, second, ...rest] = at;
  if (first === undefined) return 'the file';
  const head =
    typeof second === 'number'
      ? `[[${first}]]`
      : second === undefined
        ? `[${first}]`
        : `[${first}.${second}]`;
  return rest.length === 0 ? head : `${head}.${rest.join('.')}`;
}
