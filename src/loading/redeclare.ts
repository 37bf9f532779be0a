import { type DeclaredDetails, type DeclaredGraph, depsOf, indexOfLabel } from '../graph/declared-graph.ts';
import { labelUses } from '../graph/target-graph.ts';
import { labelPackage } from '../model/label.ts';
import type { ResolvedTarget } from '../model/target.ts';
import { type DeclaredRequest, detailsOf, ruleDeclared } from './load-declared.ts';
import { PackageSource } from './package-source.ts';
import { resolveLabels } from './resolve-target.ts';

/**
 * A declared graph after edits of some packages that still declare the same targets, otherwise. Undefined: more than that has
 * changed, or there are mistakes in them: then all has to be read.
 */
export function redeclare(
  graph: DeclaredGraph,
  edited: ReadonlySet<string>,
  request: DeclaredRequest,
): DeclaredGraph | undefined {
  if (graph.faults.some(({ pkg }) => pkg === undefined || edited.has(pkg))) return undefined;
  const targets = readTargets(edited, request);
  if (!targets || !sameLabels(graph, edited, targets)) return undefined;
  const changed = new Map<number, ResolvedTarget>();
  for (const target of targets) {
    const at = indexOfLabel(graph, target.label);
    if (at === undefined) return undefined;
    changed.set(at, target);
  }
  const edges = edgesWith(graph, changed);
  if (!edges) return undefined;
  const details = new Map<number, DeclaredDetails>();
  for (const [at, target] of changed) details.set(at, detailsOf(target));
  return {
    ...graph,
    ...edges,
    ...rulesWith(graph, changed, request),
    details: (target) => details.get(target) ?? graph.details(target),
  };
}

function readTargets(
  edited: ReadonlySet<string>,
  { reader, ruleSet, memory }: DeclaredRequest,
): readonly ResolvedTarget[] | undefined {
  if (ruleSet.diagnostics.length > 0) return undefined;
  const rules = new Map(ruleSet.rules.map((rule) => [rule.name, rule]));
  const packages = new PackageSource(reader, undefined, memory);
  let faults = 0;
  const context = { reader, rules, report: () => void faults++, rulesComplete: true };
  const targets = [...edited].flatMap((path) => {
    const pkg = packages.get(path);
    return (pkg?.targets ?? []).flatMap((decl) => resolveLabels(decl, pkg?.visibility, context) ?? []);
  });
  return faults + packages.diagnostics.length > 0 ? undefined : targets;
}

function sameLabels(
  graph: DeclaredGraph,
  edited: ReadonlySet<string>,
  targets: readonly ResolvedTarget[],
): boolean {
  const isEdited = graph.packages.map((path) => edited.has(path));
  let before = 0;
  for (const pkg of graph.packageOf) if (isEdited[pkg]) before++;
  const now = new Set(targets.map(({ label }) => label));
  return (
    now.size === before &&
    targets.length === before &&
    targets.every((t) => edited.has(labelPackage(t.label)))
  );
}

/** Undefined: one of them names what is not there. */
function edgesWith(
  graph: DeclaredGraph,
  changed: ReadonlyMap<number, ResolvedTarget>,
): Pick<DeclaredGraph, 'deps' | 'depStarts'> | undefined {
  const own = new Map<number, number[]>();
  let size = graph.deps.length;
  for (const [at, target] of changed) {
    const deps = new Set<number>();
    for (const { to } of labelUses(target)) {
      const found = indexOfLabel(graph, to);
      if (found === undefined) return undefined;
      deps.add(found);
    }
    size += deps.size - depsOf(graph, at).length;
    own.set(at, [...deps]);
  }
  const deps = new Uint32Array(size);
  const depStarts = new Uint32Array(graph.depStarts.length);
  let end = 0;
  for (let i = 0; i + 1 < depStarts.length; i++) {
    const these = own.get(i) ?? depsOf(graph, i);
    deps.set(these, end);
    end += these.length;
    depStarts[i + 1] = end;
  }
  return { deps, depStarts };
}

function rulesWith(
  { rules, ruleOf }: DeclaredGraph,
  changed: ReadonlyMap<number, ResolvedTarget>,
  { ruleSet }: DeclaredRequest,
): Pick<DeclaredGraph, 'rules' | 'ruleOf'> {
  const names = rules.map(({ name }) => name);
  const numbers = ruleOf.slice();
  for (const [at, { rule }] of changed) {
    const known = names.indexOf(rule);
    numbers[at] = known < 0 ? names.push(rule) - 1 : known;
  }
  const infos = new Map(ruleSet.rules.map((rule) => [rule.name, rule]));
  return { rules: names.map((name) => ruleDeclared(name, infos)), ruleOf: numbers };
}
