import type { ActionNode } from '../graph/action-graph.ts';
import type { Label } from '../model/label.ts';
import { openBuildState } from './build-state.ts';
import { printDiagnostics } from './print.ts';

/** Every path that the targets of these patterns make or have made; undefined: the workspace has mistakes, which have been said. */
export async function targetOutputs(
  root: string,
  here: string,
  patterns: readonly string[],
): Promise<readonly string[] | undefined> {
  const { loadWorkspace } = await import('./load-workspace.ts');
  const { plan, diagnostics } = await loadWorkspace(root, here, patterns);
  await printDiagnostics(diagnostics);
  if (plan === undefined) return undefined;
  const wanted = new Set<Label>(plan.requested);
  const paths = new Set<string>();
  for (const action of plan.graph().actions) {
    const label = plan.labels[action.target];
    if (label !== undefined && wanted.has(label)) for (const path of declaredOutputs(action)) paths.add(path);
  }
  // Those of a template have their names from what was built.
  for (const [id, trace] of openBuildState(`${root}/.recomp`).traces.entries) {
    if ([...wanted].some((label) => id.startsWith(`${label}%`)))
      for (const output of trace.result.outputs) paths.add(output.path);
  }
  return [...paths];
}

const declaredOutputs = ({ decl }: ActionNode): string[] =>
  decl.each ? [] : decl.outputs.map((output) => output.path);
