import { getOrMake } from '../base/get-or-make.ts';
import type { Prediction } from '../engine/predict.ts';
import type { KeyChange } from '../fingerprint/first-difference.ts';
import type { ActionNode } from '../graph/action-graph.ts';
import { actionName, describeVerdict, tellVerdict } from './cause-text.ts';
import { cleanText } from './source-line.ts';
import { type Told, tellChanges } from './told-change.ts';

/** A cause and everything that it sets off. */
export interface Chain {
  readonly told: readonly Told[];
  /** What it sets off by itself. */
  readonly first: readonly Prediction[];
  /** Of what was asked about: what waits for those. */
  readonly later: readonly Prediction[];
}

/**
 * What was asked about and what it depends on, by the first cause of each chain: those that reach what was asked about first.
 * Whatever is up to date has none.
 */
export function chainsOf(
  asked: readonly Prediction[],
  all: readonly Prediction[],
  origin: OriginOf,
): Chain[] {
  const find = rootFinder(all);
  const chains = new Map<string, { told: readonly Told[]; first: Set<Prediction>; later: Set<Prediction> }>();
  const own = new Set(asked);
  const causes = new Map<Prediction, { told: readonly Told[]; name: string }>();
  const tell = (root: Prediction): { told: readonly Told[]; name: string } => {
    const told = [...origin(root), ...tellVerdict(root)];
    return { told, name: isNew(root) ? NEW : nameOf(told) };
  };
  for (const prediction of [...asked, ...all.filter((p) => !own.has(p))]) {
    if (prediction.verdict.kind === 'up-to-date') continue;
    const changes = ownChanges(prediction);
    const roots = find(prediction).map((root) => ({ root, ...getOrMake(causes, root, () => tell(root)) }));
    for (const { root, told, name } of [
      ...(changes ? [{ root: prediction, told: changes, name: nameOf(changes) }] : []),
      ...roots,
    ]) {
      const chain = chains.get(name) ?? { told, first: new Set(), later: new Set() };
      chains.set(name, chain);
      chain.first.add(root);
      if (root !== prediction && own.has(prediction)) chain.later.add(prediction);
    }
  }
  return [...chains].map(([name, { told, first, later }]) => ({
    told: name === NEW && first.size > 1 ? [{ line: `${manyOf(first)} were never built here` }] : told,
    first: [...first],
    later: [...later],
  }));
}

const nameOf = (told: readonly Told[]): string => told.map(({ line }) => line).join('\n');

/** Of which nothing is known that it could be compared with: all such are one cause. */
const isNew = ({ verdict }: Prediction): boolean =>
  verdict.kind === 'run' && verdict.cause.kind === 'never-built' && !verdict.cause.nearest;

const NEW = '\0';

const manyOf = (predictions: ReadonlySet<Prediction>): string =>
  someOf([...predictions].map((p) => actionName(p.node.id)));

/** What it would run for even if what it waits for came out as it was. */
function ownChanges({ verdict }: Prediction): readonly Told[] | undefined {
  const changes = verdict.kind === 'depends' ? verdict.changes : undefined;
  return changes && tellChanges(changes);
}

/** From an action to those whose own change makes it run: it may wait for them, or read what they would bring back. */
function rootFinder(all: readonly Prediction[]): (from: Prediction) => readonly Prediction[] {
  const byId = new Map(all.map((p) => [p.node.id, p]));
  const makers = new Map(all.flatMap((p) => p.node.decl.outputs.map(({ path }) => [path, p] as const)));
  const known = new Map<Prediction, readonly Prediction[]>();
  const find = (from: Prediction): readonly Prediction[] => {
    const before = known.get(from);
    if (before) return before;
    known.set(from, [from]);
    const { verdict } = from;
    const next = verdict.kind === 'depends' ? verdict.on.flatMap((id) => byId.get(id) ?? []) : makersOf(from);
    const roots = next.length === 0 ? [from] : [...new Set(next.flatMap(find))].slice(0, MAX_ROOTS);
    known.set(from, roots);
    return roots;
  };
  const makersOf = ({ verdict }: Prediction): Prediction[] => {
    if (verdict.kind !== 'run' && verdict.kind !== 'restore') return [];
    if (verdict.cause.kind !== 'changed') return [];
    const paths = verdict.cause.changes.map(({ field }) => /^input (recomp-out\/.*)$/s.exec(field)?.[1]);
    // Where it changed in itself, that is what it runs for.
    if (paths.some((path) => path === undefined)) return [];
    const found = paths.flatMap((path) => makerOf(makers, path ?? '') ?? []);
    return found.filter((maker) => maker.verdict.kind !== 'up-to-date');
  };
  // Dependencies stand before dependants: in this order no chain, however long, is gone down at once.
  for (const prediction of all) find(prediction);
  return find;
}

/** Nobody reads more causes of one action. */
const MAX_ROOTS = 200;

/** How the key of an action differs from the one it had before. */
export type LastChange = (id: string, key: string) => readonly KeyChange[] | undefined;

/** Which action made a file that another reads, and by which key. */
export type MakerOf = (
  reader: ActionNode,
  path: string,
) => { readonly node: ActionNode; readonly key: string } | undefined;

/** The change that is behind one, where that is of a file which another action has made; of what is up to date, the last one. */
export type OriginOf = (prediction: Prediction) => readonly Told[];

export function originFinder(maker: MakerOf, lastChange: LastChange): OriginOf {
  return ({ verdict, node, key }) => {
    const fresh = verdict.kind === 'up-to-date';
    let changes = fresh ? key && lastChange(node.id, key.key) : changesOf(verdict);
    let reader = node;
    let steps = 0;
    for (; changes && steps < MAX_STEPS; steps++) {
      const path = /^input (recomp-out\/.*)$/s.exec(changes[0]?.field ?? '')?.[1];
      if (path === undefined) break;
      const made = maker(reader, path);
      changes = made && lastChange(made.node.id, made.key);
      reader = made?.node ?? reader;
    }
    const [first] = changes ? tellChanges(changes) : [];
    return first && (steps > 0 || fresh) ? [first] : [];
  };
}

function changesOf(verdict: Prediction['verdict']): readonly KeyChange[] | undefined {
  if (verdict.kind !== 'run' && verdict.kind !== 'restore') return undefined;
  return verdict.cause.kind === 'changed' ? verdict.cause.changes : undefined;
}

const MAX_STEPS = 100;

function makerOf(makers: ReadonlyMap<string, Prediction>, path: string): Prediction | undefined {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const maker = makers.get(at);
    if (maker) return maker;
  }
  return undefined;
}

/** How many other changes of one action, and how many actions of one cause, are named. */
const MAX_ALSO = 8;
const MAX_NAMES = 5;

/** `diff`: what differs in a content, line by line, where it is known and short. */
export function chainText(chain: Chain, diff: (told: Told) => readonly string[]): string {
  const [cause, ...also] = chain.told;
  const lines = cause ? [cleanText(cause.line), ...diff(cause).map((line) => `    ${line}`)] : [];
  for (const told of also.slice(0, MAX_ALSO))
    lines.push(`  also: ${cleanText(told.line)}`, ...diff(told).map((line) => `    ${line}`));
  if (also.length > MAX_ALSO) lines.push(`  and ${also.length - MAX_ALSO} more changes`);
  const byWhat = new Map<string, string[]>();
  for (const prediction of chain.first) {
    const { verdict } = prediction;
    const what = verdict.kind === 'depends' ? 'will run' : describeVerdict(verdict);
    byWhat.set(what, [...(byWhat.get(what) ?? []), actionName(prediction.node.id)]);
  }
  for (const [what, names] of byWhat) lines.push(`  so ${someOf(names)} ${plainly(what, names.length)}`);
  if (chain.later.length > 0)
    lines.push(`  then ${someOf(chain.later.map((p) => actionName(p.node.id)))} ${laterWhat(chain.later)}`);
  return lines.join('\n');
}

/** What reads made files runs only if they come out otherwise than before. */
const laterWhat = (later: readonly Prediction[]): string =>
  later.every((p) => p.verdict.kind === 'depends')
    ? 'may run: only if what is read from there comes out otherwise'
    : [...new Set(later.map((p) => describeVerdict(p.verdict)))].join(', ');

const plainly = (what: string, count: number): string => (count > 1 ? what.replace(/^is /, 'are ') : what);

function someOf(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).map(cleanText).join(', ');
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}
