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
 * A cause comes before what it brings with it: a new compiler changes generated inputs, an added source changes the
 * arguments, and a changed input that another action made is somebody else's story.
 */
function rank(change: KeyChange): number {
  if (change.part === 'tools') return 0;
  const replaced = change.before !== undefined && change.after !== undefined;
  if (change.part === 'command') return 2;
  if (!replaced) return 1;
  return change.field.startsWith('input recomp-out/') ? 4 : 3;
}
