import type { Label } from '../model/label.ts';
import type { ConfiguredTarget, KeyPath, ResolvedTarget, RuleInfo } from '../model/target.ts';

/**
 * What `defineRule` returns: everything about a rule behind two functions over plain data. Whoever holds one
 * needs neither zod nor the same copy of this module, so a package may bring its own.
 */
export interface Rule {
  readonly [RULE_BRAND]: 1;
  readonly name: string;
  describe(): Omit<RuleInfo, 'package'>;
  expand(request: ExpandRequest): ExpandAnswer;
  /** What is wrong with a target's own attributes, whatever has become of its dependencies. */
  check?(target: ResolvedTarget): readonly TargetDiagnostic[];
}

export const RULE_BRAND: unique symbol = Symbol.for('recomp.rule.v1');

export const isRule = (value: unknown): value is Rule =>
  typeof value === 'object' && value !== null && RULE_BRAND in value;

/** Where a rule comes from: decides which files it may bring along, and where they are staged. */
export interface RulePackage {
  /** `recomp` for built-in rules, else as written in `[rules] use`. */
  readonly name: string;
  /** Absolute, without links. */
  readonly root: string;
}

export interface ExpandRequest {
  readonly target: ResolvedTarget;
  readonly package: RulePackage;
  /** Every label in `target.labels` is there. */
  readonly deps: ReadonlyMap<Label, ConfiguredTarget>;
  /** Show the stack of what a rule throws. */
  readonly debug: boolean;
  /** Whether a declared tool is on this machine; absent: none is. */
  readonly hasTool?: (name: string) => boolean;
}

export type ExpandAnswer =
  | { readonly ok: true; readonly target: ConfiguredTarget }
  | { readonly ok: false; readonly diagnostics: readonly TargetDiagnostic[] };

/** A mistake in a target, or a fault of its rule; whoever knows the file adds the place. */
export interface TargetDiagnostic {
  readonly label: Label;
  /** Relative to the target's table. */
  readonly attributePath?: KeyPath;
  readonly code: string;
  readonly message: string;
  readonly help?: string;
}
