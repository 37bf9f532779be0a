import { FAILED, parseStoredKey, type StoredKey } from '../engine/key-memory.ts';
import { describeKey, type KeyField } from '../fingerprint/describe-key.ts';
import { firstDifference, type KeyChange } from '../fingerprint/first-difference.ts';
import { journalHistory } from '../journal/trace-journal.ts';
import { keysFile, textsFile } from './build-state.ts';

/** What keys were made of, of earlier builds too, as far as it is still remembered. */
export interface KeyHistory {
  fields(id: string, key: string): KeyField[] | undefined;
  /** How an action's key differs from the one it had before; undefined: it has had no other, or nothing is known of it. */
  lastChange(id: string, key: string): readonly KeyChange[] | undefined;
}

/** Read when first asked. */
export function keyHistory(stateDir: string): KeyHistory {
  const noted = whenAsked(() => journalHistory(keysFile(stateDir)));
  const versions = (id: string): readonly KeyOfAction[] =>
    noted()(id).flatMap((value) => {
      const entry = parseStoredKey(value);
      return entry && 'action' in entry ? [entry] : [];
    });
  const fieldsOf = (entry: KeyOfAction): KeyField[] | undefined => {
    const base = parseStoredKey(noted()(`base ${entry.base}`).at(-1));
    return base && 'values' in base ? describeKey({ ...entry.action, base: base.values }) : undefined;
  };
  return {
    fields(id, key) {
      const found = [...versions(id), ...versions(`${FAILED}${id}`)].findLast((entry) => entry.key === key);
      return found && fieldsOf(found);
    },
    lastChange(id, key) {
      const known = versions(id).filter((entry, i, all) => entry.key !== all[i - 1]?.key);
      const at = known.findLastIndex((entry) => entry.key === key);
      const [before, last] = [known[at - 1], known[at]];
      const [old, now] = before && last ? [fieldsOf(before), fieldsOf(last)] : [];
      return old && now && firstDifference(old, now);
    },
  };
}

type KeyOfAction = Extract<StoredKey, { action: unknown }>;

/** Every text of a small source that is still remembered. */
export function textHistory(stateDir: string): (path: string) => Iterable<string> {
  const noted = whenAsked(() => journalHistory(textsFile(stateDir)));
  return (path) => noted()(path).filter((text) => typeof text === 'string');
}

function whenAsked<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
