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
  let loaded: Stored | undefined;
  const stored = (): Stored => {
    loaded ??= load(stateDir);
    return loaded;
  };
  const fields = (id: string, key: string): KeyField[] | undefined => {
    const { keys, bases } = stored();
    const found = keys.get(nameOf(id, key));
    const base = found && bases.get(found.base);
    return found && base && describeKey({ ...found.action, base });
  };
  return {
    fields,
    lastChange(id, key) {
      const versions = stored().versions.get(id) ?? [];
      const before = versions[versions.lastIndexOf(key) - 1];
      const [old, now] = before === undefined ? [] : [fields(id, before), fields(id, key)];
      return old && now && firstDifference(old, now);
    },
  };
}

interface Stored {
  readonly keys: Map<string, Extract<StoredKey, { action: unknown }>>;
  readonly bases: Map<string, Readonly<Record<string, string>>>;
  /** The keys of each action, oldest first. */
  readonly versions: Map<string, string[]>;
}

function load(stateDir: string): Stored {
  const stored: Stored = { keys: new Map(), bases: new Map(), versions: new Map() };
  for (const [name, value] of journalHistory(keysFile(stateDir))) {
    const entry = parseStoredKey(value);
    if (!entry) continue;
    if (!('action' in entry)) {
      stored.bases.set(name.replace(/^base /, ''), entry.values);
      continue;
    }
    if (name.startsWith(FAILED)) {
      stored.keys.set(nameOf(name.slice(FAILED.length), entry.key), entry);
      continue;
    }
    stored.keys.set(nameOf(name, entry.key), entry);
    const versions = stored.versions.get(name);
    if (!versions) stored.versions.set(name, [entry.key]);
    else if (versions.at(-1) !== entry.key) versions.push(entry.key);
  }
  return stored;
}

const nameOf = (id: string, key: string): string => `${id}\n${key}`;

/** Every text of a small source that is still remembered. */
export function textHistory(stateDir: string): (path: string) => Iterable<string> {
  let known: Map<string, string[]> | undefined;
  const load = (): Map<string, string[]> => {
    const texts = new Map<string, string[]>();
    for (const [path, value] of journalHistory(textsFile(stateDir)))
      if (typeof value === 'string') texts.set(path, [...(texts.get(path) ?? []), value]);
    return texts;
  };
  return (path) => {
    known ??= load();
    return known.get(path) ?? [];
  };
}
