import { nearest } from '../base/nearest.ts';
import { sorted } from '../base/order.ts';
import { type Label, labelPackage } from '../model/label.ts';
import type { ConfiguredTarget, ResolvedTarget } from '../model/target.ts';
import type { ExpandDiagnostic, Expansion, ToolsThere } from './expander.ts';
import type { RuleRegistry } from './rule-registry.ts';
import { toolFiles } from './tool-files.ts';
import { tryWithout, withStandIns } from './try-without.ts';

export interface BatchOptions {
  readonly debug: boolean;
  /** Told before each target, for whoever must say where it hung. */
  readonly onTarget?: (index: number) => void;
  readonly tools?: ToolsThere | undefined;
}

/** One pass over targets in dependency order. */
export function expandBatch(
  rules: RuleRegistry,
  targets: readonly ResolvedTarget[],
  already: readonly ConfiguredTarget[],
  options: BatchOptions,
): Expansion {
  const known = new Map<Label, ConfiguredTarget>(already.map((t) => [t.label, t]));
  const done: ConfiguredTarget[] = [];
  const provisional: ConfiguredTarget[] = [];
  const diagnostics: ExpandDiagnostic[] = [];
  const tools = toolFiles();
  const asked = new Set<string>();
  const has = toolLookup(options.tools);

  /** One that was left out, here or before, has been reported where it was. */
  const lacksDependency = (target: ResolvedTarget): boolean =>
    Object.values(target.labels).some((labels) => labels.some((label) => !known.has(label)));
  const expand = (target: ResolvedTarget): ConfiguredTarget | undefined => {
    const found = rules.get(target.rule);
    if (found === undefined) {
      diagnostics.push(unknownRule(target, rules));
      return undefined;
    }
    const hasTool = (name: string): boolean => {
      asked.add(name);
      return has(name, labelPackage(target.label));
    };
    const { package: home } = found;
    if (lacksDependency(target)) {
      const deps = withStandIns(target, known);
      const tried = tryWithout({ target, package: home, deps, debug: options.debug, hasTool }, found.rule);
      diagnostics.push(...tried.diagnostics);
      if (tried.target) provisional.push(tried.target);
      return undefined;
    }
    const answer = found.rule.expand({ target, package: home, deps: known, debug: options.debug, hasTool });
    if (!answer.ok) {
      diagnostics.push(...answer.diagnostics);
      return undefined;
    }
    const { target: resolved, faults } = tools.resolve(answer.target, home);
    diagnostics.push(...faults);
    return faults.length === 0 ? resolved : undefined;
  };

  targets.forEach((target, index) => {
    options.onTarget?.(index);
    const configured = expand(target);
    if (configured === undefined) return;
    known.set(target.label, configured);
    done.push(configured);
  });
  const listedFolders = sorted(tools.listed());
  return { targets: done, provisional, diagnostics, listedFolders, askedTools: sorted(asked) };
}

function toolLookup(there: ToolsThere | undefined): (name: string, pkg: string) => boolean {
  const everywhere = new Set(there?.everywhere);
  const inPackage = new Map(Object.entries(there?.inPackage ?? {}));
  return (name, pkg) => everywhere.has(name) || inPackage.get(pkg)?.includes(name) === true;
}

function unknownRule(target: ResolvedTarget, rules: RuleRegistry): ExpandDiagnostic {
  const near = nearest(target.rule, rules.keys());
  return {
    label: target.label,
    attributePath: ['rule'],
    code: 'unknown-rule',
    message: `there is no rule ${JSON.stringify(target.rule)}`,
    help:
      near === undefined
        ? `known: ${sorted(rules.keys()).join(', ')}`
        : `did you mean ${JSON.stringify(near)}?`,
  };
}
