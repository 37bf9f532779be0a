import type { Label } from '../model/label.ts';
import type { ConfiguredTarget, KeyPath, ResolvedTarget, RuleInfo } from '../model/target.ts';

/** Turns targets into actions by their rules, wherever the rules' code lives. */
export interface Expander {
  /** The rules there are. Must be asked before `expand`. */
  describe(): Promise<RuleSet>;
  /**
   * `targets` come in dependency order; `already` holds the dependencies that are not among them. A target with a
   * mistake is left out, and so is whatever depends on it or on a target that is in neither list: of that, only its own mistakes
   * are told.
   */
  expand(
    targets: readonly ResolvedTarget[],
    already: readonly ConfiguredTarget[],
    tools?: ToolsThere,
  ): Promise<Expansion>;
  close(): Promise<void>;
}

/** Names of the declared tools that are on this machine. */
export interface ToolsThere {
  readonly everywhere: readonly string[];
  /** By package, those that only its own targets know. */
  readonly inPackage: Readonly<Record<string, readonly string[]>>;
}

export interface RuleSet {
  readonly rules: readonly RuleInfo[];
  readonly diagnostics: readonly PackageDiagnostic[];
  /** Every file that was read to load the rule packages, absolute, sorted: a change of one asks for a new expander. */
  readonly files: readonly string[];
  /** By rule package as written in `use`: a digest over its files, links between them included. */
  readonly identity: Readonly<Record<string, string>>;
}

/** What is wrong with a rule package. */
export interface PackageDiagnostic {
  /** As written in `use`, and where. */
  readonly spec: string;
  readonly at: KeyPath;
  readonly code: string;
  readonly message: string;
  readonly help?: string;
}

export interface Expansion {
  readonly targets: readonly ConfiguredTarget[];
  /** Of those that lack a dependency, what they would make without it: good for finding mistakes, and for nothing else. */
  readonly provisional: readonly ConfiguredTarget[];
  readonly diagnostics: readonly ExpandDiagnostic[];
  /** Folders of rule packages whose lists of files shaped the actions, absolute, sorted. */
  readonly listedFolders: readonly string[];
  /** Tools that rules asked for, there or not, sorted: the actions hang on the answers. */
  readonly askedTools: readonly string[];
}

export interface ExpandDiagnostic {
  readonly label: Label;
  /** Relative to the target's table. */
  readonly attributePath?: KeyPath;
  readonly code: string;
  readonly message: string;
  readonly help?: string;
}
