import type { KeyField, KeyPart } from './describe-key.ts';

/** `before` is absent for what is new, `after` for what is gone. */
export interface KeyChange {
  readonly part: KeyPart;
  readonly field: string;
  readonly before?: string;
  readonly after?: string;
}

/** Every field that differs, the most telling first; none: the keys are equal. */
export function firstDifference(before: readonly KeyField[], after: readonly KeyField[]): KeyChange[] {
  const old = new Map(before.map((field) => [field.field, field]));
  const changes: KeyChange[] = [];
  for (const { part, field, value } of after) {
    const was = old.get(field);
    old.delete(field);
    if (was === undefined) changes.push({ part, field, after: value });
    else if (was.value !== value) changes.push({ part, field, before: was.value, after: value });
  }
  for (const { part, field, value } of old.values()) changes.push({ part, field, before: value });
  return changes
    .map((change) => ({ change, rank: rank(change) }))
    .sort((a, b) => a.rank - b.rank)
    .map((c) => c.change);
}

/**
 * A cause comes before what it brings with it: a new compiler changes generated inputs, an added source or output changes the
 * arguments and the lists of paths, and a changed input that another action made is somebody else's story.
 */
function rank({ part, field, before, after }: KeyChange): number {
  if (part === 'tools') return 0;
  const replaced = before !== undefined && after !== undefined;
  if (part === 'command') {
    if (field.startsWith('output ')) return 1;
    return CONSEQUENCES.has(field) ? 4 : 3;
  }
  const made = field.startsWith('input recomp-out/');
  if (!replaced) return made ? 2 : 1;
  return made ? 6 : 5;
}

/** They follow from what else an action is. */
const CONSEQUENCES: ReadonlySet<string> = new Set([
  'cacheable',
  ...['SRCS', 'SRCS_FILE', 'DEPS', 'DEPS_FILE', 'OUTS', 'OUT'].map((name) => `env.${name}`),
]);
