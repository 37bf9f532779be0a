import { withImplied } from './implied-links.ts';
import { OUTCOMES, type Outcome, type Picture } from './picture.ts';

/** What is seen of a picture while some of its groups are open: a target each, or what a closed group has in one lane. */
export interface View {
  readonly boxes: readonly Box[];
  readonly links: readonly Link[];
}

export interface Box {
  /** `t12`, `g3.1`: the same for as long as it can be seen. */
  readonly id: string;
  readonly kind: 'target' | 'group';
  readonly title: string;
  readonly detail: string;
  readonly lane: number;
  /** Index of the target, or of the group. */
  readonly of: number;
  readonly size: number;
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  readonly critical: boolean;
  readonly ms?: number;
}

export interface Link {
  readonly from: number;
  readonly to: number;
  /** How many dependencies it stands for. */
  readonly count: number;
  readonly critical: boolean;
  /** There is a longer way too: it tells nothing new of the order. */
  readonly implied: boolean;
}

/** How much a screen holds: as many groups are open at first as give no more boxes than this. */
const AT_FIRST = 100;

export function viewOf(picture: Picture, open: ReadonlySet<number>): View {
  const { boxes, boxOf } = boxesOf(picture, open);
  return { boxes, links: linksOf(picture, boxes.length, boxOf) };
}

function boxesOf(
  picture: Picture,
  open: ReadonlySet<number>,
): { readonly boxes: readonly Box[]; readonly boxOf: readonly number[] } {
  const shutBy = withoutLonely(
    picture,
    picture.nodes.map((node) => shutGroup(picture, node.group, open)),
  );
  const boxAt = new Map<number, number>();
  const boxes: Making[] = [];
  const onPath = new Set(picture.critical);
  const boxOf = picture.nodes.map((node, i) => {
    const group = shutBy[i];
    const place = group === undefined ? -1 - i : placeIn(picture, group, i);
    const at = boxAt.get(place) ?? boxes.push(newBox(picture, i, group)) - 1;
    boxAt.set(place, at);
    const box = boxes[at];
    if (box) add(box, node.outcome, onPath.has(i));
    return at;
  });
  return { boxes, boxOf };
}

/** A group that has one target in a lane hides nothing there: the target itself says more. */
function withoutLonely(
  picture: Picture,
  shutBy: readonly (number | undefined)[],
): readonly (number | undefined)[] {
  const sizes = new Map<number, number>();
  const placeOf = (group: number, i: number): number => placeIn(picture, group, i);
  shutBy.forEach((group, i) => {
    if (group === undefined) return;
    sizes.set(placeOf(group, i), (sizes.get(placeOf(group, i)) ?? 0) + 1);
  });
  return shutBy.map((group, i) =>
    group === undefined || sizes.get(placeOf(group, i)) === 1 ? undefined : group,
  );
}

/** A number for what a group has in the lane of a target. */
const placeIn = ({ nodes, lanes }: Picture, group: number, target: number): number =>
  group * lanes.length + (nodes[target]?.lane ?? 0);

/** The outermost group around that is not open. */
function shutGroup({ groups }: Picture, group: number, open: ReadonlySet<number>): number | undefined {
  let shut: number | undefined;
  for (let at = group; ; at = groups[at]?.parent ?? 0) {
    if (!open.has(at)) shut = at;
    if (at === 0) return shut;
  }
}

type Making = { -readonly [K in keyof Box]: Box[K] } & { outcomes: Partial<Record<Outcome, number>> };

function newBox({ nodes, groups }: Picture, i: number, group: number | undefined): Making {
  const node = nodes[i];
  const lane = node?.lane ?? 0;
  const none = { lane, size: 0, outcomes: {}, critical: false };
  if (group !== undefined) {
    return {
      ...none,
      id: `g${group}.${lane}`,
      kind: 'group',
      title: groups[group]?.name ?? '',
      detail: '',
      of: group,
    };
  }
  const label = node?.label ?? '';
  const colon = label.lastIndexOf(':');
  return {
    ...none,
    id: `t${i}`,
    kind: 'target',
    title: label.slice(colon + 1),
    detail: label.slice(0, colon),
    of: i,
    ...(node?.ms === undefined ? {} : { ms: node.ms }),
  };
}

function add(box: Making, outcome: Outcome, critical: boolean): void {
  box.size++;
  box.outcomes[outcome] = (box.outcomes[outcome] ?? 0) + 1;
  box.critical ||= critical;
  if (box.kind === 'group') box.detail = `${box.size} targets`;
}

function linksOf({ critical, edges }: Picture, size: number, boxOf: readonly number[]): Link[] {
  const stepFrom = new Map(critical.slice(1).map((to, i) => [critical[i], to]));
  const links = new Map<number, Omit<Link, 'implied'> & { count: number; critical: boolean }>();
  for (const [a, b] of edges) {
    const [from = 0, to = 0] = [boxOf[a], boxOf[b]];
    if (from === to) continue;
    const key = from * size + to;
    const link = links.get(key) ?? { from, to, count: 0, critical: false };
    link.count++;
    link.critical ||= stepFrom.get(a) === b;
    links.set(key, link);
  }
  return withImplied([...links.values()]);
}

/** The groups that are open at first: from the outside in, as long as all of a level has room. */
export function openAtFirst(picture: Picture, room = AT_FIRST): Set<number> {
  let open = new Set([0]);
  const inner = childGroups(picture);
  for (let level = inner[0] ?? []; level.length > 0; level = level.flatMap((group) => inner[group] ?? [])) {
    const more = new Set([...open, ...level]);
    if (boxesOf(picture, more).boxes.length > room) break;
    open = more;
  }
  return open;
}

export function childGroups({ groups }: Picture): number[][] {
  const inner: number[][] = groups.map(() => []);
  groups.forEach(({ parent }, i) => {
    if (i !== 0) inner[parent]?.push(i);
  });
  return inner;
}

/** The most telling of several. */
export const worst = (outcomes: Box['outcomes']): Outcome =>
  OUTCOMES.find((outcome) => (outcomes[outcome] ?? 0) > 0) ?? 'none';
