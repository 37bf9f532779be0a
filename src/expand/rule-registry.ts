import { sortedBy } from '../base/order.ts';
import type { KeyPath, RuleInfo } from '../model/target.ts';
import type { Rule, RulePackage } from '../rule-api/rule.ts';
import type { PackageDiagnostic } from './expander.ts';

export interface RegisteredRule {
  readonly rule: Rule;
  readonly package: RulePackage;
}
export type RuleRegistry = ReadonlyMap<string, RegisteredRule>;

/** A rule package with its code in memory. */
export interface LoadedPackage extends RulePackage {
  readonly at: KeyPath;
  readonly rules: readonly Rule[];
}

/** Rules by name; the first of two with one name stays. */
export function registerRules(packages: readonly LoadedPackage[]): {
  rules: RuleRegistry;
  diagnostics: PackageDiagnostic[];
} {
  const rules = new Map<string, RegisteredRule>();
  const diagnostics: PackageDiagnostic[] = [];
  for (const pkg of packages) {
    for (const rule of pkg.rules) {
      const first = rules.get(rule.name);
      if (first === undefined) rules.set(rule.name, { rule, package: { name: pkg.name, root: pkg.root } });
      else diagnostics.push(duplicate(rule.name, pkg, first.package.name));
    }
  }
  return { rules, diagnostics };
}

const duplicate = (name: string, pkg: LoadedPackage, first: string): PackageDiagnostic => ({
  spec: pkg.name,
  at: pkg.at,
  code: 'duplicate-rule',
  message:
    first === pkg.name
      ? `${pkg.name} has two rules named ${JSON.stringify(name)}`
      : `${pkg.name} and ${first} both have a rule named ${JSON.stringify(name)}`,
  help: 'a rule’s name must be unique in a workspace: use only one of them, or rename one',
});

/** In the order of their names. */
export const ruleInfos = (rules: RuleRegistry): RuleInfo[] =>
  sortedBy(rules.values(), (r) => r.rule.name).map((r) => describe(r));

/** Keeps `schema` as lazy as the rule made it. */
function describe({ rule, package: pkg }: RegisteredRule): RuleInfo {
  const info = rule.describe();
  return {
    name: info.name,
    package: pkg.name,
    summary: info.summary,
    test: info.test === true,
    ...(info.stage === undefined ? {} : { stage: info.stage }),
    attributes: info.attributes,
    get schema() {
      return info.schema;
    },
  };
}
