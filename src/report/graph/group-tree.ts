import { getOrMake } from '../../base/get-or-make.ts';
import type { PictureGroup } from './picture.ts';

/** More than this in one group would be a heap again. */
const MANY = 40;

/**
 * Groups of targets by folder, each of a size that can be looked at: a chain of folders with nothing else in them is one group, a
 * folder of very many is parted by the names in it. `packages` is by target, in label order.
 */
export function groupTree(
  names: readonly string[],
  packages: readonly string[],
): { readonly groups: readonly PictureGroup[]; readonly groupOf: readonly number[] } {
  const groups: PictureGroup[] = [];
  const groupOf: number[] = names.map(() => 0);
  const place = (folder: Folder, title: string, parent: number): void => {
    const own = groups.push({ name: title, parent, size: sizeOf(folder) }) - 1;
    for (const child of parted(folder.children)) {
      if (child.kind === 'target') groupOf[child.target] = own;
      else if (sizeOf(child) === 1) groupOf[onlyTarget(child)] = own;
      else place(chainEnd(child), chainEnd(child).name, own);
    }
  };
  const whole: Folder = { kind: 'folder', name: '//', children: childrenOf(names, packages) };
  place(whole, '//…', 0);
  return { groups, groupOf };
}

interface Folder {
  readonly kind: 'folder';
  readonly name: string;
  readonly children: readonly Child[];
}

type Child = Folder | { readonly kind: 'target'; readonly name: string; readonly target: number };

interface Building {
  /** Most have none, and a hundred thousand maps take their time. */
  folders?: Map<string, Building>;
  readonly targets: number[];
}

function childrenOf(names: readonly string[], packages: readonly string[]): readonly Child[] {
  const root: Building = { targets: [] };
  packages.forEach((pkg, target) => {
    let at = root;
    for (const part of pkg === '' ? [] : pkg.split('/')) {
      at.folders ??= new Map();
      at = getOrMake(at.folders, part, () => ({ targets: [] }));
    }
    at.targets.push(target);
  });
  const finish = ({ folders, targets }: Building, path: string): Child[] => [
    ...targets.map((target): Child => ({ kind: 'target', name: names[target] ?? '', target })),
    ...[...(folders ?? [])].map(([part, inner]): Child => {
      const name = path === '' ? `//${part}` : `${path}/${part}`;
      return { kind: 'folder', name, children: finish(inner, name) };
    }),
  ];
  return finish(root, '');
}

function chainEnd(folder: Folder): Folder {
  const [only, ...more] = folder.children;
  return only?.kind === 'folder' && more.length === 0 ? chainEnd(only) : folder;
}

const sizeOf = ({ children }: Folder): number =>
  children.reduce((sum, child) => sum + (child.kind === 'target' ? 1 : sizeOf(child)), 0);

function onlyTarget({ children }: Folder): number {
  const [only] = children;
  return only === undefined ? 0 : only.kind === 'target' ? only.target : onlyTarget(only);
}

/** By what their names begin with, where that tells them apart; else by the order they stand in. */
function parted(children: readonly Child[]): readonly Child[] {
  if (children.length <= MANY) return children;
  const byStem = new Map<string, Child[]>();
  for (const child of children) {
    const stem = child.name.replace(/\d+$/, '');
    const same = byStem.get(stem);
    if (same) same.push(child);
    else byStem.set(stem, [child]);
  }
  if (byStem.size === 1 || byStem.size > children.length / 2) return inRanges(children);
  const stems = [...byStem].map(([stem, same]): Child => {
    const [only, ...more] = same;
    return only !== undefined && more.length === 0
      ? only
      : { kind: 'folder', name: `${stem}…`, children: same };
  });
  return stems.length <= MANY ? stems : inRanges(stems);
}

function inRanges(children: readonly Child[]): readonly Child[] {
  const size = Math.max(Math.ceil(children.length / MANY), Math.ceil(Math.sqrt(children.length)));
  const ranges: Folder[] = [];
  for (let at = 0; at < children.length; at += size) {
    const some = children.slice(at, at + size);
    ranges.push({ kind: 'folder', name: rangeName(some), children: some });
  }
  return ranges;
}

function rangeName(some: readonly Child[]): string {
  const first = some[0]?.name ?? '';
  const last = some.at(-1)?.name ?? '';
  const shared = /^\/\/.*\//.exec(first)?.[0] ?? '';
  return `${first} – ${last.startsWith(shared) ? last.slice(shared.length) : last}`;
}
