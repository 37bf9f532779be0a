/** Some of a graph's targets: a byte each, 1 for those that are in it. */
export type TargetSet = Uint8Array;

export const emptySet = (size: number): TargetSet => new Uint8Array(size);

export function setOf(size: number, members: Iterable<number>): TargetSet {
  const set = emptySet(size);
  for (const member of members) set[member] = 1;
  return set;
}

/** In label order. */
export function membersOf(set: TargetSet): number[] {
  const members: number[] = [];
  for (let at = set.indexOf(1); at >= 0; at = set.indexOf(1, at + 1)) members.push(at);
  return members;
}

export const union = (a: TargetSet, b: TargetSet): TargetSet => a.map((has, i) => has | (b[i] ?? 0));

export const intersect = (a: TargetSet, b: TargetSet): TargetSet => a.map((has, i) => has & (b[i] ?? 0));

export const except = (a: TargetSet, b: TargetSet): TargetSet => a.map((has, i) => has & ~(b[i] ?? 0));

export const keep = (set: TargetSet, wanted: (member: number) => boolean): TargetSet =>
  setOf(set.length, membersOf(set).filter(wanted));
