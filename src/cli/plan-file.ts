import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ActionGraph } from '../graph/action-graph.ts';
import type { Label } from '../model/label.ts';
import type { WorkspaceConfig } from '../model/workspace.ts';

/** The sealed graph of a request and what it was made under, so that an edit of a source needs no loading. */
export interface PlanFile {
  readonly graph: ActionGraph;
  readonly requested: readonly Label[];
  readonly config: WorkspaceConfig;
}

/** It lies beside a table of what was seen, is written before it and counts only while that one holds. */
export function savePlan(file: string, plan: PlanFile): void {
  const temporary = `${file}.${process.pid}.tmp`;
  // The graph's own list has every action already.
  const targets = plan.graph.targets.map((target) => ({ ...target, actions: [] }));
  writeFileSync(temporary, JSON.stringify({ ...plan, graph: { ...plan.graph, targets } }));
  renameSync(temporary, file);
}

export function loadPlan(file: string): PlanFile | undefined {
  try {
    const plan: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isPlan(plan) ? plan : undefined;
  } catch {
    return undefined;
  }
}

const isPlan = (value: unknown): value is PlanFile =>
  typeof value === 'object' && value !== null && 'graph' in value && 'requested' in value && 'config' in value;
