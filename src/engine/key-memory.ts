import { canonicalJson } from '../base/canonical-json.ts';
import { sha256 } from '../fingerprint/digest-bytes.ts';
import type { ResolvedAction } from '../fingerprint/resolved-action.ts';
import type { Sha256 } from '../model/digest.ts';

/** What an action's key was made of when it last succeeded, so that a later difference can be told in words. */
export interface KeyMemory {
  get(id: string): { readonly key: Sha256; readonly action: ResolvedAction } | undefined;
  note(id: string, key: Sha256, action: ResolvedAction): void;
  /** That of an action which did not succeed: only for comparing runs. */
  noteFailed(id: string, key: Sha256, action: ResolvedAction): void;
  /** For what was never built here. */
  nearest?(id: string, action: ResolvedAction): NearestKey | undefined;
}

/** What is known that is most like an action. */
export interface NearestKey {
  readonly id: string;
  readonly action: ResolvedAction;
}

/** As it is stored: the base system, the same for all, is kept once under its digest. */
export type StoredKey =
  | { readonly key: Sha256; readonly base: Sha256; readonly action: Omit<ResolvedAction, 'base'> }
  | { readonly values: Readonly<Record<string, string>> };

/** Over a journal that is read only when somebody asks why. */
export function keyMemory(journal: {
  readonly entries: ReadonlyMap<string, StoredKey>;
}): KeyMemory & { changes(): ReadonlyMap<string, StoredKey> } {
  const fresh = new Map<string, StoredKey>();
  const bases = new Map<ResolvedAction['base'], Sha256>();
  const find = (name: string): StoredKey | undefined => fresh.get(name) ?? journal.entries.get(name);
  return {
    get(id) {
      const stored = find(id);
      if (!stored || !('action' in stored)) return undefined;
      const base = find(`base ${stored.base}`);
      return base && 'values' in base
        ? { key: stored.key, action: { ...stored.action, base: base.values } }
        : undefined;
    },
    note,
    noteFailed: (id, key, action) => note(`${FAILED}${id}`, key, action),
    changes: () => fresh,
  };

  function note(id: string, key: Sha256, { base, ...action }: ResolvedAction): void {
    let name = bases.get(base);
    if (name === undefined) {
      name = sha256(canonicalJson(base));
      bases.set(base, name);
      fresh.set(`base ${name}`, { values: base });
    }
    fresh.set(id, { key, base: name, action });
  }
}

/** Before the name of an action whose key is that of a failure. No action is called like that. */
export const FAILED = 'failed ';

export function parseStoredKey(value: unknown): StoredKey | undefined {
  return isStoredKey(value) ? value : undefined;
}

const isStoredKey = (value: unknown): value is StoredKey =>
  typeof value === 'object' &&
  value !== null &&
  (('key' in value && 'base' in value && 'action' in value) || 'values' in value);
