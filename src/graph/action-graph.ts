import { compareCodePoints } from '../base/order.ts';
import type { ActionDecl } from '../model/action.ts';
import type { Label } from '../model/label.ts';
import type { ConfiguredTarget } from '../model/target.ts';

/** An action in the graph. Ids are unique in the workspace: `//pkg:name%action`. */
export interface ActionNode {
  readonly id: string;
  readonly target: number;
  readonly decl: ActionDecl;
  /** Indexes of the actions (or templates) whose outputs it reads. */
  readonly deps: readonly number[];
}

/** The sealed graph: data only, stored between builds as it is. */
export interface ActionGraph {
  /** In label order. */
  readonly targets: readonly ConfiguredTarget[];
  /** Dependencies before dependants. */
  readonly actions: readonly ActionNode[];
}

export type OutputFault =
  | { readonly kind: 'same-output'; readonly path: string; readonly first: Label; readonly second: Label }
  | {
      readonly kind: 'output-inside-output';
      readonly outer: string;
      readonly inner: string;
      readonly first: Label;
      readonly second: Label;
    }
  | { readonly kind: 'no-such-output'; readonly path: string; readonly user: Label };

export const actionId = (label: Label, id: string): string => `${label}%${id}`;

/** `targets` must come dependencies first; actions within a target may stand in any order. */
export function buildActionGraph(targets: readonly ConfiguredTarget[]): {
  graph: ActionGraph;
  faults: readonly OutputFault[];
} {
  const byLabel = [...targets].sort((a, b) => compareCodePoints(a.label, b.label));
  const position = new Map(byLabel.map((t, i) => [t.label, i]));
  const { producers, faults } = claimOutputs(targets);
  const actions: ActionNode[] = [];
  const indexOf = new Map<string, number>();
  for (const target of targets) {
    const own = new Map(target.actions.map((a) => [actionId(target.label, a.id), withHome(target, a)]));
    const visiting = new Set<string>();
    const add = (id: string, decl: ActionDecl): number => {
      const known = indexOf.get(id);
      if (known !== undefined) return known;
      visiting.add(id);
      const deps = new Set<number>();
      for (const from of producersOf(target, decl, producers, faults)) {
        const mine = own.get(from);
        const at = indexOf.get(from) ?? (mine && !visiting.has(from) ? add(from, mine) : undefined);
        if (at !== undefined) deps.add(at);
      }
      const index =
        actions.push({
          id,
          target: position.get(target.label) ?? 0,
          decl,
          deps: [...deps].sort((a, b) => a - b),
        }) - 1;
      indexOf.set(id, index);
      return index;
    };
    for (const [id, decl] of own) add(id, decl);
  }
  return { graph: { targets: byLabel, actions }, faults };
}

/** What is derived from proprietary inputs stays out of the workspace. */
const withHome = ({ taint }: ConfiguredTarget, decl: ActionDecl): ActionDecl =>
  taint ? { ...decl, home: taint.workRoot } : decl;

function producersOf(
  target: ConfiguredTarget,
  decl: ActionDecl,
  producers: ReadonlyMap<string, string>,
  faults: OutputFault[],
): string[] {
  const from: string[] = [];
  const need = (path: string): void => {
    const producer = producers.get(path);
    if (producer === undefined) faults.push({ kind: 'no-such-output', path, user: target.label });
    else from.push(producer);
  };
  for (const input of decl.inputs) {
    if (input.kind === 'output') need(input.path);
    else if (input.kind === 'group') from.push(actionId(input.owner, input.template));
  }
  if (decl.each) need(decl.each.over);
  return from;
}

/** Path → producing action. Equal paths and path prefixes are faults that name both owners. */
function claimOutputs(targets: readonly ConfiguredTarget[]): {
  producers: Map<string, string>;
  faults: OutputFault[];
} {
  const producers = new Map<string, string>();
  const owners = new Map<string, Label>();
  const faults: OutputFault[] = [];
  for (const target of targets) {
    for (const action of target.actions) {
      // A template's outputs have names only once its directory is known; they are checked when it grows.
      if (action.each) continue;
      for (const output of action.outputs) {
        const first = owners.get(output.path);
        if (first !== undefined)
          faults.push({ kind: 'same-output', path: output.path, first, second: target.label });
        owners.set(output.path, target.label);
        producers.set(output.path, actionId(target.label, action.id));
      }
    }
  }
  for (const [inner, second] of owners) {
    for (let slash = inner.lastIndexOf('/'); slash > 0; slash = inner.lastIndexOf('/', slash - 1)) {
      const outer = inner.slice(0, slash);
      const first = owners.get(outer);
      if (first !== undefined) faults.push({ kind: 'output-inside-output', outer, inner, first, second });
    }
  }
  return { producers, faults };
}
