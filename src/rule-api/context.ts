import type { z } from 'zod';
import type { Json } from '../base/canonical-json.ts';
import type { Label } from '../model/label.ts';
import type { KeyPath } from '../model/target.ts';
import type { ActionSpec, ProvideSpec, TemplateSpec } from './action-spec.ts';
import type {
  FileGroup,
  FileHandle,
  HostTool,
  InlineFile,
  InputFile,
  OutputFile,
  PackageFile,
  Word,
} from './handles.ts';

/** A target this one names, already expanded. */
export interface Dep {
  readonly label: Label;
  readonly rule: string;
  readonly files: readonly FileHandle[];
  readonly providers: Readonly<Record<string, Json>>;
  readonly executable?: string;
}

export type Shape = Readonly<Record<string, z.ZodType>>;
export type Attributes<S extends Shape> = z.output<z.ZodObject<S, z.core.$strict>>;
type Name<S extends Shape> = keyof S & string;

/**
 * All that a rule can do. It declares: nothing here reads a file, starts a process or knows the time, so what
 * a rule says depends on its attributes, its dependencies and the tools it asked for alone.
 */
export interface RuleContext<S extends Shape> {
  readonly label: Label;
  /** The target's folder, workspace-relative; the root is the empty string. */
  readonly package: string;
  readonly name: string;
  readonly attributes: Attributes<S>;
  /** The files of an attribute made with `attr.sources()`, globs opened. */
  sources(attribute: Name<S>): readonly InputFile[];
  /** The targets of an attribute made with `attr.labels()` or `attr.label()`, in the order written. */
  deps(attribute: Name<S>): readonly Dep[];
  /** A file that an action will make, relative to the package. `attribute` is to blame when the path is bad. */
  output(path: string, attribute?: KeyPath): OutputFile;
  /** A directory whose files are unknown beforehand. */
  outputDirectory(path: string, attribute?: KeyPath): OutputFile;
  action(spec: ActionSpec): void;
  /** One action per file of a directory that is known only later; the handle stands for all their outputs. */
  template(over: OutputFile, spec: TemplateSpec): FileGroup;
  /** A tool of `[tools]`, as the first word of a command. */
  tool(name: string): HostTool;
  /**
   * Whether a tool is declared and on this machine, for rules that can do without it. Whoever asks makes the graph depend on
   * the machine: what is built must come out the same either way.
   */
  hasTool(name: string): boolean;
  /** A file or a folder that the rule package brings along: `ctx.packageFile(import.meta.url, './tool.mjs')`. */
  packageFile(moduleUrl: string, path: string): PackageFile;
  /** A small file with these lines, each a text or a file's path; `path` is relative to the package. */
  inline(path: string, lines: readonly Word[], options?: { readonly executable?: boolean }): InlineFile;
  provide(spec: ProvideSpec): void;
  /** Provides exactly what another target does, data included. */
  forward(dep: Dep): void;
  /** Something worth knowing of how the target is made here: told when it is made, and in the run's manifest. It is in no key. */
  note(text: string): void;
  /** Says what is wrong with the target; it is not built, and the rule may go on to find more. */
  fail(message: string, attribute?: KeyPath, help?: string): void;
}
