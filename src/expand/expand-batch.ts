import { nearest } from '../base/nearest.ts';
import { sorted } from '../base/order.ts';
import type { Label } from '../model/label.ts';
import type { ConfiguredTarget, ResolvedTarget } from '../model/target.ts';
import type { ExpandDiagnostic, Expansion } from './expander.ts';
import type { RuleRegistry } from './rule-registry.ts';
import { toolFiles } from './tool-files.ts';

export interface BatchOptions {
  readonly debug: boolean;
  /** Told before each target, for whoever must say where it hung. */
  readonly onTarget?: (index: number) => void;
}

/** One pass over targets in dependency order. */
export function expandBatch(
  rules: RuleRegistry,
  targets: readonly ResolvedTarget[],
  already: readonly ConfiguredTarget[],
  options: BatchOptions,
): Expansion {
  const known = new Map<Label, ConfiguredTarget>(already.map((t) => [t.label, t]));
  const waiting = new Set(targets.map((t) => t.label));
  const done: ConfiguredTarget[] = [];
  const diagnostics: ExpandDiagnostic[] = [];
  const tools = toolFiles();

  /** One that was left out, here or before, has been reported where it was. */
  const lacksDependency = (target: ResolvedTarget): boolean => {
    for (const label of Object.values(target.labels).flat()) {
      if (known.has(label)) continue;
      if (waiting.has(label)) throw new Error(`${target.label} came before its dependency ${label}`);
      return true;
    }
    return false;
  };
  const expand = (target: ResolvedTarget): ConfiguredTarget | undefined => {
    const found = rules.get(target.rule);
    if (lacksDependency(target)) {
      diagnostics.push(...(found?.rule.check?.(target) ?? []));
      return undefined;
    }
    if (found === undefined) {
      diagnostics.push(unknownRule(target, rules));
      return undefined;
    }
    const answer = found.rule.expand({ target, package: found.package, deps: known, debug: options.debug });
    if (!answer.ok) {
      diagnostics.push(...answer.diagnostics);
      return undefined;
    }
    const { target: resolved, faults } = tools.resolve(answer.target, found.package);
    diagnostics.push(...faults);
    return faults.length === 0 ? resolved : undefined;
  };

  targets.forEach((target, index) => {
    options.onTarget?.(index);
    const configured = expand(target);
    waiting.delete(target.label);
    if (configured === undefined) return;
    known.set(target.label, configured);
    done.push(configured);
  });
  return { targets: done, diagnostics, listedFolders: sorted(tools.listed()) };
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
