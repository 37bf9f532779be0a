import { ByteLines } from '../base/byte-lines.ts';
import { getOrMake } from '../base/get-or-make.ts';
import type { ExpansionNotes } from '../expand/expand-changed.ts';
import type { ActionGraph, ActionNode } from '../graph/action-graph.ts';
import { type ActionTable, actionTable } from '../graph/action-table.ts';
import { readSealedBytes, writeSealed } from '../journal/sealed-file.ts';
import type { LoadedGraph } from '../loading/load-graph.ts';
import type { Label } from '../model/label.ts';
import type { ConfiguredTarget } from '../model/target.ts';
import type { WorkspaceConfig } from '../model/workspace.ts';
import type { LoopPolicy } from '../policy/local-gates.ts';
import type { TargetNote } from '../report/manifest-head.ts';

/** The sealed graph of a request and what it was made under. */
export interface RequestPlan {
  readonly config: WorkspaceConfig;
  readonly requested: readonly Label[];
  /** In label order; a step of the manifest each. */
  readonly labels: readonly Label[];
  readonly hasTemplates: boolean;
  /** No target has more than one action: what is said of a target follows from one record. */
  readonly oneActionEach: boolean;
  /** Something in it is made of proprietary inputs: no text of it is kept. */
  readonly tainted: boolean;
  /** Those of `labels` that are stages of a loop. */
  readonly stages: readonly Label[];
  /** Of the loops that it has stages of. */
  readonly policies: readonly LoopPolicy[];
  /** What is to be known of how its targets are made; in label order. */
  readonly notes: readonly TargetNote[];
  /** By what the next one goes that has to read packages again. */
  expansion(): ExpansionNotes;
  readonly table: ActionTable;
  /** The places of a target's actions in the table. */
  actionsOf(label: Label): readonly number[];
  /** The whole graph; its targets, in label order, without their actions where it comes from a file. */
  graph(): ActionGraph;
}

export function planOf(
  {
    graph,
    requested,
    stages,
    policies,
    expansion,
  }: Pick<RequestPlan, 'requested' | 'stages' | 'policies' | 'expansion'> & Pick<LoadedGraph, 'graph'>,
  config: WorkspaceConfig,
): RequestPlan {
  const labels = graph.targets.map((t) => t.label);
  return {
    config,
    requested,
    labels,
    hasTemplates: graph.actions.some((a) => a.decl.each !== undefined),
    oneActionEach: new Set(graph.actions.map((a) => a.target)).size === graph.actions.length,
    tainted: graph.targets.some((t) => t.taint !== undefined),
    stages: stages.filter((label) => labels.includes(label)),
    policies,
    expansion,
    notes: graph.targets.flatMap(({ label, notes = [] }) => notes.map((note) => ({ target: label, note }))),
    table: actionTable(graph),
    actionsOf: (label) => {
      const target = labels.indexOf(label);
      return graph.actions.flatMap((action, i) => (action.target === target ? [i] : []));
    },
    graph: () => graph,
  };
}

interface Head {
  readonly config: WorkspaceConfig;
  readonly requested: readonly Label[];
  readonly labels: readonly Label[];
  readonly hasTemplates: boolean;
  readonly oneActionEach: boolean;
  readonly tainted: boolean;
  readonly stages: RequestPlan['stages'];
  readonly policies: RequestPlan['policies'];
  readonly notes: RequestPlan['notes'];
  readonly deps: readonly (readonly number[])[];
}

/**
 * One line for the head, one for the expansion, one for the targets, one per action: an edit of a source unfolds only the actions
 * it concerns. The file lies beside a table of what was seen, is written before it and counts only while that one holds.
 */
export function savePlan(file: string, plan: RequestPlan): void {
  const { table, graph, expansion, actionsOf: _, ...rest } = plan;
  const indexes = Array.from({ length: table.size }, (_, i) => i);
  const head: Head = { ...rest, deps: indexes.map((i) => table.deps(i)) };
  const lines = [
    JSON.stringify(head),
    JSON.stringify(expansion()),
    JSON.stringify(graph().targets.map((target) => ({ ...target, actions: [] }))),
    ...indexes.map((i) => JSON.stringify(table.node(i))),
  ];
  writeSealed(file, lines.join('\n'));
}

export function openPlan(file: string): RequestPlan | undefined {
  try {
    const bytes = readSealedBytes(file);
    if (!bytes) return undefined;
    const lines = new ByteLines(bytes);
    const head: unknown = JSON.parse(lines.at(0));
    if (!isHead(head) || lines.count !== head.deps.length + BEFORE_ACTIONS) return undefined;
    const { deps, ...rest } = head;
    const table = storedTable(deps, lines);
    return {
      ...rest,
      expansion: () => parseExpansion(lines.at(1)),
      table,
      actionsOf: (label) =>
        lines
          .startingWith(`{"id":${JSON.stringify(`${label}%`).slice(0, -1)}`)
          .map((line) => line - BEFORE_ACTIONS),
      graph: () => ({ targets: parseTargets(lines.at(2)), actions: deps.map((_, i) => table.node(i)) }),
    };
  } catch {
    return undefined;
  }
}

/** So many lines. */
const BEFORE_ACTIONS = 3;

/** Of the actions in a stored graph; none, if there is none. */
export function storedIds(file: string): readonly string[] {
  const bytes = readSealedBytes(file);
  if (!bytes) return [];
  const lines = new ByteLines(bytes);
  return Array.from({ length: Math.max(0, lines.count - BEFORE_ACTIONS) }, (_, i) =>
    idOf(lines.at(i + BEFORE_ACTIONS)),
  );
}

/** Unfolding every action takes long where there are many, and the id comes first. */
const idOf = (line: string): string => /^\{"id":"([^"\\]*)"/.exec(line)?.[1] ?? parseNode(line).id;

function storedTable(deps: Head['deps'], lines: ByteLines): ActionTable {
  const nodes = new Map<number, ActionNode>();
  return {
    size: deps.length,
    deps: (index) => deps[index] ?? [],
    node: (index) => getOrMake(nodes, index, () => parseNode(lines.at(index + BEFORE_ACTIONS))),
  };
}

function parseNode(line: string): ActionNode {
  const value: unknown = JSON.parse(line);
  if (!isNode(value)) throw new Error('the stored graph is damaged: delete .recomp/state');
  return value;
}

function parseExpansion(line: string): ExpansionNotes {
  const value: unknown = JSON.parse(line);
  if (!isExpansion(value)) throw new Error('the stored graph is damaged: delete .recomp/state');
  return value;
}

function parseTargets(line: string): readonly ConfiguredTarget[] {
  const value: unknown = JSON.parse(line);
  return Array.isArray(value) ? value : [];
}

const isNode = (value: unknown): value is ActionNode =>
  typeof value === 'object' && value !== null && 'id' in value && 'decl' in value && 'deps' in value;

const isExpansion = (value: unknown): value is ExpansionNotes =>
  typeof value === 'object' && value !== null && 'world' in value && 'digests' in value;

const isHead = (value: unknown): value is Head =>
  typeof value === 'object' &&
  value !== null &&
  'config' in value &&
  'requested' in value &&
  'labels' in value &&
  'deps' in value &&
  Array.isArray(value.deps);
