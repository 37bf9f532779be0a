import type { Json } from '../base/canonical-json.ts';
import type { ActionDecl } from './action.ts';
import type { Label } from './label.ts';

/** How the engine must look at an attribute before the rule sees it. */
export type AttributeKind = 'value' | 'sources' | 'labels' | 'label' | 'tools';

/** What a rule tells about itself: data, because its code may live in another thread. */
export interface RuleInfo {
  readonly name: string;
  /** The rule package it came from: `recomp` for built-in ones, else as written in `[rules] use`. */
  readonly package: string;
  readonly summary: string;
  /** Its targets are tests. */
  readonly test?: boolean;
  /** The part they play in the course of things: `intake`, `lift`, …. */
  readonly stage?: string;
  readonly attributes: Readonly<Record<string, { readonly kind: AttributeKind; readonly required: boolean }>>;
  /** A JSON Schema of one `[[target]]` of this rule, for editors. */
  readonly schema: Json;
}

/** A step into a TOML document: a table's key or an array's index. */
export type KeyPath = readonly (string | number)[];

/** A `[[target]]` as it stands in its file, before any rule has seen it. */
export interface TargetDecl {
  readonly label: Label;
  readonly rule: string;
  /** The file, workspace-relative, and the place of its table in it: positions are looked up only when needed. */
  readonly file: string;
  readonly at: KeyPath;
  /** Where an attribute was written, if not in the target's own table; the file may be another one of the package. */
  readonly places?: Readonly<Record<string, KeyPath>>;
  /** Present: made of what its provenance calls proprietary. */
  readonly taint?: Taint;
  /** Everything but `name` and `rule`, defaults of the package merged in. */
  readonly attributes: Readonly<Record<string, Json>>;
  /** Those of `attributes` that the target owes to `[defaults]` alone: a rule that has none of that name ignores it. */
  readonly defaulted?: readonly string[];
}

/** What is derived from proprietary inputs lies below this folder alone: it is not cached, shared or executed elsewhere. */
export interface Taint {
  /** Absolute, or relative to the workspace: whoever inherits the taint may be of another package. */
  readonly workRoot: string;
}

/** A file named by an attribute of kind `sources`, after globs were opened. */
export type SourceFile =
  | { readonly kind: 'source'; readonly path: string }
  | { readonly kind: 'external'; readonly from: string; readonly path: string; readonly sha256?: string };

/** A target whose attributes have been opened: globs to files, labels to full labels. */
export interface ResolvedTarget extends TargetDecl {
  readonly sources: Readonly<Record<string, readonly SourceFile[]>>;
  readonly labels: Readonly<Record<string, readonly Label[]>>;
  readonly visibility: readonly string[];
  readonly tags: readonly string[];
}

/** What a target offers to those that depend on it. */
export interface TargetOutputs {
  /** In declaration order; what `deps` of the general rule become. */
  readonly files: readonly ProvidedFile[];
  readonly providers: Readonly<Record<string, Json>>;
  /** What `recomp run` starts, if anything. */
  readonly executable?: string;
}

export type ProvidedFile =
  | { readonly kind: 'source'; readonly path: string }
  | { readonly kind: 'external'; readonly from: string; readonly path: string; readonly sha256?: string }
  | { readonly kind: 'output'; readonly path: string; readonly tree: boolean }
  | { readonly kind: 'group'; readonly owner: Label; readonly template: string };

/** A target that has been expanded by its rule. */
export interface ConfiguredTarget {
  readonly label: Label;
  readonly rule: string;
  readonly file: string;
  readonly at: KeyPath;
  readonly deps: readonly Label[];
  readonly tags: readonly string[];
  readonly test: boolean;
  /** Its own, or that of something it depends on. */
  readonly taint?: Taint;
  /** What its rule says of how it is made; no part of what it is. */
  readonly notes?: readonly string[];
  readonly actions: readonly ActionDecl[];
  readonly provides: TargetOutputs;
}
