import type { RunAction, RunFile, RunRecord } from './read-run.ts';

export interface FileChange {
  readonly path: string;
  readonly before: RunFile | undefined;
  readonly after: RunFile | undefined;
}

export interface StepChange {
  readonly name: string;
  readonly kind: 'new' | 'gone' | 'changed';
  /** Whose key is another one: what it was made of differs. */
  readonly keys: readonly { readonly id: string; readonly before: string; readonly after: string }[];
  /** Whether it ended in another way. */
  readonly status: { readonly before: string; readonly after: string } | undefined;
  readonly outputs: readonly FileChange[];
}

/** What differs between what two runs were given, did and made. Where results came from is no difference. */
export interface RunDifference {
  readonly tools: readonly { readonly name: string; readonly before?: string; readonly after?: string }[];
  readonly host: RunDifference['tools'];
  readonly inputs: readonly FileChange[];
  readonly steps: readonly StepChange[];
}

export function compareRuns(before: RunRecord, after: RunRecord): RunDifference {
  return {
    tools: compareTexts(before.toolVersions, after.toolVersions),
    host: compareTexts(before.host, after.host),
    inputs: compareFiles(before.inputs, after.inputs),
    steps: compareSteps(before, after),
  };
}

function compareTexts(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>) {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].flatMap((name) => {
    const [before, after] = [a[name], b[name]];
    if (before === after) return [];
    return [{ name, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
  });
}

function compareFiles(a: readonly RunFile[], b: readonly RunFile[]): FileChange[] {
  const old = new Map(a.map((file) => [file.path, file]));
  const changes: FileChange[] = [];
  for (const after of b) {
    const before = old.get(after.path);
    old.delete(after.path);
    if (before?.sha256 !== after.sha256) changes.push({ path: after.path, before, after });
  }
  for (const before of old.values()) changes.push({ path: before.path, before, after: undefined });
  return changes;
}

function compareSteps(a: RunRecord, b: RunRecord): StepChange[] {
  const old = new Map(a.steps.map((step) => [step.name, step]));
  const changes: StepChange[] = [];
  for (const after of b.steps) {
    const before = old.get(after.name);
    old.delete(after.name);
    if (!before) {
      changes.push({ name: after.name, kind: 'new', keys: [], status: undefined, outputs: [] });
      continue;
    }
    const keys = before.cacheKey === after.cacheKey ? [] : compareKeys(before.actions, after.actions);
    const outputs = compareFiles(before.outputs, after.outputs);
    const status =
      before.status === after.status ? undefined : { before: before.status, after: after.status };
    if (keys.length > 0 || outputs.length > 0 || status)
      changes.push({ name: after.name, kind: 'changed', keys, status, outputs });
  }
  for (const { name } of old.values())
    changes.push({ name, kind: 'gone', keys: [], status: undefined, outputs: [] });
  return changes;
}

function compareKeys(a: readonly RunAction[], b: readonly RunAction[]): StepChange['keys'] {
  const old = new Map(a.map((action) => [action.id, action.key]));
  return b.flatMap(({ id, key }) => {
    const before = old.get(id);
    return before === undefined || key === undefined || before === key ? [] : [{ id, before, after: key }];
  });
}
