interface Edge {
  readonly from: number;
  readonly to: number;
}

/** Looking for longer ways among more edges than this takes longer than a click may. */
const LOOKED_AT = 3000;

/** Marks the edges beside which a longer way leads to the same end. */
export function withImplied<E extends Edge>(links: readonly E[]): (E & { readonly implied: boolean })[] {
  if (links.length > LOOKED_AT) return links.map((link) => ({ ...link, implied: false }));
  const next = new Map<number, number[]>();
  for (const { from, to } of links) {
    const own = next.get(from);
    if (own) own.push(to);
    else next.set(from, [to]);
  }
  const farther = new Map<number, ReadonlySet<number>>();
  for (const from of next.keys()) farther.set(from, beyond(next, from));
  return links.map((link) => ({ ...link, implied: farther.get(link.from)?.has(link.to) === true }));
}

/** What two or more steps lead to, without coming back. */
function beyond(next: ReadonlyMap<number, readonly number[]>, from: number): Set<number> {
  const found = new Set<number>();
  const queue = [...(next.get(from) ?? [])];
  for (const at of queue) {
    if (at === from) continue;
    for (const to of next.get(at) ?? []) {
      if (found.has(to) || to === from) continue;
      found.add(to);
      queue.push(to);
    }
  }
  return found;
}
