import { relative } from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Label } from '../../model/label.ts';
import { requireWorkspace } from './build-options.ts';

export interface LoadOptions {
  /** A folder of the workspace; relative patterns are taken from it. Default: the current folder. */
  readonly cwd?: string;
  /** Default: everything. */
  readonly patterns?: readonly string[];
}

export interface LoadedTarget {
  readonly label: Label;
  readonly rule: string;
  /** The file that declares it, relative to the root. */
  readonly file: string;
  readonly deps: readonly Label[];
  readonly tags: readonly string[];
  readonly test: boolean;
  /** What it makes, by path in the workspace; files of a folder output, and of templates, are known only when it is built. */
  readonly outputs: readonly string[];
}

export interface LoadedWorkspace {
  readonly root: string;
  readonly name: string | undefined;
  /** What the patterns name and all it depends on, by label; empty where there are mistakes. */
  readonly targets: readonly LoadedTarget[];
  /** Those that the patterns name. */
  readonly requested: readonly Label[];
  /** Every mistake that was found. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a workspace's declarations and expands its targets by their rules. Nothing is built or written. */
export async function loadWorkspace(options: LoadOptions = {}): Promise<LoadedWorkspace> {
  const cwd = options.cwd ?? process.cwd();
  const root = requireWorkspace(cwd);
  const load = await import('../load-workspace.ts');
  const answer = await load.loadWorkspace(root, relative(root, cwd), options.patterns ?? ['//...']);
  const targets = answer.plan?.graph().targets ?? [];
  return {
    root,
    name: answer.plan?.config.name,
    targets: targets.map(({ label, rule, file, deps, tags, test, actions }) => ({
      label,
      rule,
      file,
      deps,
      tags,
      test,
      outputs: actions.flatMap((action) => (action.each ? [] : action.outputs.map((output) => output.path))),
    })),
    requested: answer.plan?.requested ?? [],
    diagnostics: answer.diagnostics,
  };
}
