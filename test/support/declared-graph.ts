import type { Json } from '../../src/base/canonical-json.ts';
import { compareCodePoints } from '../../src/base/order.ts';
import type { DeclaredGraph, PackageFault } from '../../src/graph/declared-graph.ts';
import { type Label, labelPackage } from '../../src/model/label.ts';

export interface ToyTarget {
  readonly deps?: readonly string[];
  readonly rule?: string;
  readonly attributes?: Readonly<Record<string, Json>>;
}

const isLabel = (text: string): text is Label => text.startsWith('//');

/** A declared graph of a few lines; a rule called `test` makes tests, `stage:lift` is one of that stage. */
export function toyGraph(
  targets: Readonly<Record<string, ToyTarget>>,
  faults: readonly PackageFault[] = [],
): DeclaredGraph {
  const labels = Object.keys(targets).filter(isLabel).sort(compareCodePoints);
  const of = (label: Label): ToyTarget => targets[label] ?? {};
  const ruleNames = [...new Set(labels.map((label) => of(label).rule ?? 'command'))];
  const packages = [...new Set(labels.map(labelPackage))];
  const spellings: readonly string[] = labels;
  const deps = labels.map((label) => (of(label).deps ?? []).map((dep) => spellings.indexOf(dep)));
  return {
    labels,
    rules: ruleNames.map((name) => {
      const stage = /^stage:(.*)$/.exec(name)?.[1];
      return { name, test: name === 'test', ...(stage !== undefined && { stage }) };
    }),
    ruleOf: Uint32Array.from(labels, (label) => ruleNames.indexOf(of(label).rule ?? 'command')),
    packages,
    packageOf: Uint32Array.from(labels, (label) => packages.indexOf(labelPackage(label))),
    depStarts: Uint32Array.from([0, ...deps.map((_, i) => deps.slice(0, i + 1).flat().length)]),
    deps: Uint32Array.from(deps.flat()),
    details: (i) => ({
      file: `${packages[0] ?? ''}/BUILD.toml`,
      attributes: targets[labels[i] ?? '']?.attributes ?? {},
    }),
    faults,
  };
}
