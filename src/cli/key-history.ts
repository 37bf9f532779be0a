import { parseStoredKey, type StoredKey } from '../engine/key-memory.ts';
import { describeKey, type KeyField } from '../fingerprint/describe-key.ts';
import { journalHistory } from '../journal/trace-journal.ts';
import { keysFile, textsFile } from './build-state.ts';

/** What keys were made of, of earlier builds too; undefined: it is not known any more. */
export function keyHistory(stateDir: string): (id: string, key: string) => KeyField[] | undefined {
  let known: Map<string, StoredKey> | undefined;
  const load = (): Map<string, StoredKey> => {
    const entries = new Map<string, StoredKey>();
    for (const [name, value] of journalHistory(keysFile(stateDir))) {
      const stored = parseStoredKey(value);
      if (stored) entries.set('key' in stored ? nameOf(name, stored.key) : name, stored);
    }
    return entries;
  };
  return (id, key) => {
    known ??= load();
    const stored = known.get(nameOf(id, key));
    if (!stored || !('action' in stored)) return undefined;
    const base = known.get(`base ${stored.base}`);
    return base && 'values' in base ? describeKey({ ...stored.action, base: base.values }) : undefined;
  };
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
