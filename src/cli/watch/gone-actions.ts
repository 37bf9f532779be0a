import type { BuildRequestKey } from '../fast-path.ts';
import type { RequestPlan } from '../plan-file.ts';

/** Actions of a plan, by index, that the workspace as it is now does not declare, or declares otherwise. */
export async function goneActions(
  { root, here }: BuildRequestKey,
  patterns: readonly string[],
  { table }: RequestPlan,
): Promise<ReadonlySet<number>> {
  const { loadWorkspace } = await import('../load-workspace.ts');
  const { plan } = await loadWorkspace(root, here, patterns);
  // Nobody knows what is meant while there are mistakes: what runs may end.
  if (!plan) return new Set();
  const declared = new Map<string, string>();
  for (let i = 0; i < plan.table.size; i++) {
    const { id, decl } = plan.table.node(i);
    declared.set(id, JSON.stringify(decl));
  }
  const gone = new Set<number>();
  for (let i = 0; i < table.size; i++) {
    const { id, decl } = table.node(i);
    if (declared.get(id) !== JSON.stringify(decl)) gone.add(i);
  }
  return gone;
}
