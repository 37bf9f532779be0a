import type { Json } from '../base/canonical-json.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { compareCodePoints } from '../base/order.ts';
import type { RuleSet } from '../expand/expander.ts';
import type { DeclaredDetails, DeclaredGraph, DeclaredRule, PackageFault } from '../graph/declared-graph.ts';
import { labelUses } from '../graph/target-graph.ts';
import { type Label, labelPackage } from '../model/label.ts';
import type { ResolvedTarget, RuleInfo } from '../model/target.ts';
import type { WorkspaceConfig } from '../model/workspace.ts';
import type { WorkspaceReader } from '../ports/file-reader.ts';
import { discoverPackages } from '../workspace/discover-packages.ts';
import { GraphDiagnostics } from './graph-diagnostics.ts';
import { inConfig } from './load-graph.ts';
import type { PackageMemory } from './package-memory.ts';
import { PackageSource } from './package-source.ts';
import { resolveLabels } from './resolve-target.ts';

export interface DeclaredRequest {
  readonly reader: WorkspaceReader;
  readonly config: Pick<WorkspaceConfig, 'ignore'>;
  readonly ruleSet: Pick<RuleSet, 'rules' | 'diagnostics'>;
  readonly memory?: PackageMemory;
}

/** Every target of a workspace, as its files declare it. Mistakes are kept with it: most questions have nothing to do with them. */
export function loadDeclared({ reader, config, ruleSet, memory }: DeclaredRequest): DeclaredGraph {
  const faults: PackageFault[] = ruleSet.diagnostics.map(({ spec: _, at, ...fault }) => ({
    diagnostic: inConfig(reader, at, fault),
  }));
  const rules = new Map(ruleSet.rules.map((rule) => [rule.name, rule]));
  const packages = new PackageSource(reader, undefined, memory);
  const found = discoverPackages(reader, config.ignore);
  faults.push(...found.diagnostics.map((diagnostic) => ({ diagnostic })));
  const targets: ResolvedTarget[] = [];
  for (const path of found.packages) {
    const report = (diagnostic: Diagnostic): void => void faults.push({ pkg: path, diagnostic });
    const before = packages.diagnostics.length;
    const pkg = packages.get(path);
    packages.diagnostics.slice(before).forEach(report);
    const context = { reader, rules, report, rulesComplete: ruleSet.diagnostics.length === 0 };
    for (const decl of pkg?.targets ?? []) {
      const target = resolveLabels(decl, pkg?.visibility, context);
      if (target) targets.push(target);
    }
  }
  targets.sort((a, b) => compareCodePoints(a.label, b.label));
  const words = new GraphDiagnostics(reader, packages, new Map());
  const edges = edgesOf(targets, (use) => {
    // What is declared but has no known rule has been told at its own place.
    if (packages.get(labelPackage(use.to))?.targets.some((t) => t.label === use.to)) return;
    const diagnostic = words.ofGraph({ kind: 'no-such-target', use, near: [] });
    faults.push({ pkg: labelPackage(use.from.label), diagnostic });
  });
  return { ...tables(targets, rules), ...edges, faults };
}

type Use = ReturnType<typeof labelUses>[number];

function edgesOf(
  targets: readonly ResolvedTarget[],
  missing: (use: Use) => void,
): Pick<DeclaredGraph, 'deps' | 'depStarts'> {
  const position = new Map(targets.map((target, i) => [target.label, i]));
  const depStarts = new Uint32Array(targets.length + 1);
  const deps: number[] = [];
  targets.forEach((target, i) => {
    const own = new Set<number>();
    for (const use of labelUses(target)) {
      const to = position.get(use.to);
      if (to === undefined) missing(use);
      else own.add(to);
    }
    for (const to of own) deps.push(to);
    depStarts[i + 1] = deps.length;
  });
  return { depStarts, deps: Uint32Array.from(deps) };
}

function tables(
  targets: readonly ResolvedTarget[],
  infos: ReadonlyMap<string, RuleInfo>,
): Omit<DeclaredGraph, 'deps' | 'depStarts' | 'faults'> {
  const ruleNames = numbered(targets.map((target) => target.rule));
  const packageNames = numbered(targets.map((target) => labelPackage(target.label)));
  return {
    labels: targets.map((target) => target.label),
    rules: ruleNames.names.map((name) => ruleDeclared(name, infos)),
    ruleOf: ruleNames.numbers,
    packages: packageNames.names,
    packageOf: packageNames.numbers,
    details: (i) => {
      const target = targets[i];
      return target ? detailsOf(target) : { file: '', attributes: {} };
    },
  };
}

export function ruleDeclared(name: string, infos: ReadonlyMap<string, RuleInfo>): DeclaredRule {
  const { test = false, stage } = infos.get(name) ?? {};
  return { name, test, ...(stage === undefined ? {} : { stage }) };
}

export const detailsOf = (target: ResolvedTarget): DeclaredDetails => ({
  file: target.file,
  attributes: inFull(target),
});

function numbered(texts: readonly string[]): { readonly names: string[]; readonly numbers: Uint32Array } {
  const index = new Map<string, number>();
  const numbers = Uint32Array.from(texts, (text) => {
    const known = index.get(text) ?? index.size;
    index.set(text, known);
    return known;
  });
  return { names: [...index.keys()], numbers };
}

/** Labels are asked for in full, however they were written. */
function inFull({ attributes, labels }: ResolvedTarget): Readonly<Record<string, Json>> {
  const full = Object.entries(labels).map(([name, own]): [string, Json] => [
    name,
    spelt(attributes[name], own),
  ]);
  return { ...attributes, ...Object.fromEntries(full) };
}

const spelt = (written: Json | undefined, labels: readonly Label[]): Json =>
  Array.isArray(written) ? [...labels] : (labels[0] ?? null);
