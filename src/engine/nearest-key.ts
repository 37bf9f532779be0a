import type { ResolvedAction } from '../fingerprint/resolved-action.ts';
import { FAILED, type NearestKey, type StoredKey } from './key-memory.ts';

/** What is known of an action by the same name elsewhere, or else the action most like it; undefined: none is like it. */
export function nearestKey(
  journals: readonly { readonly entries: ReadonlyMap<string, StoredKey> }[],
  id: string,
  action: ResolvedAction,
): NearestKey | undefined {
  let best: { readonly found: NearestKey; readonly likeness: number } | undefined;
  for (const { entries } of journals) {
    const same = openKey(entries, id);
    if (same) return { id, action: same };
    for (const [name, stored] of entries) {
      if (!('action' in stored) || name.startsWith(FAILED)) continue;
      const likeness = likenessOf(stored.action, action);
      if (likeness <= (best?.likeness ?? 0)) continue;
      const other = openKey(entries, name);
      if (other) best = { found: { id: name, action: other }, likeness };
    }
  }
  return best?.found;
}

function openKey(entries: ReadonlyMap<string, StoredKey>, id: string): ResolvedAction | undefined {
  const stored = entries.get(id);
  if (!stored || !('action' in stored)) return undefined;
  const base = entries.get(`base ${stored.base}`);
  return base && 'values' in base ? { ...stored.action, base: base.values } : undefined;
}

/** 0: nothing says that it is the same thing under another name. Making the same files says most, then the same command line. */
function likenessOf(a: Omit<ResolvedAction, 'base'>, b: ResolvedAction): number {
  const outputs = inCommon(a.outputs, b.outputs);
  const sameWords = a.argv.length === b.argv.length && a.argv.every((word, i) => word === b.argv[i]);
  if (outputs === 0 && !sameWords) return 0;
  return outputs * 1_000_000 + (sameWords ? 100_000 : 0) + inCommon(a.inputs, b.inputs);
}

function inCommon(a: readonly { readonly path: string }[], b: readonly { readonly path: string }[]): number {
  const paths = new Set(a.map(({ path }) => path));
  return b.filter(({ path }) => paths.has(path)).length;
}
