import { sorted, sortedBy } from '../base/order.ts';
import { actionEnvironment } from '../model/action-environment.ts';
import type { ResolvedAction, ResolvedInput, ToolIdentity } from './resolved-action.ts';

/** Raise it when the same action must no longer be taken for the same: all results made before are then left alone. */
export const KEY_FORMAT = 1;

/** Is told everything that makes an action's key, in one fixed order. */
export interface KeySink {
  keyFormat(format: number): void;
  base(name: string, value: string): void;
  tool(tool: ToolIdentity): void;
  network(allowed: boolean): void;
  argument(index: number, word: string): void;
  variable(name: string, value: string): void;
  output(path: string, tree: boolean): void;
  timeout(ms: number): void;
  doNotCache(value: boolean): void;
  platform(name: string, value: string): void;
  input(input: ResolvedInput): void;
}

/** The one traversal. The key and its explanation are both made by it, so that they cannot tell different stories. */
export function walkAction(action: ResolvedAction, sink: KeySink): void {
  sink.keyFormat(KEY_FORMAT);
  for (const [name, value] of pairs(action.base)) sink.base(name, value);
  for (const tool of unique(
    sortedBy(action.tools, (t) => t.name),
    (t) => t.name,
  ))
    sink.tool(tool);
  sink.network(action.network);
  action.argv.forEach((word, index) => {
    sink.argument(index, word);
  });
  for (const [name, value] of pairs(actionEnvironment(action.env))) sink.variable(name, value);
  for (const output of unique(
    sortedBy(action.outputs, (o) => o.path),
    (o) => o.path,
  )) {
    sink.output(output.path, output.tree);
  }
  if (action.timeoutMs !== undefined) sink.timeout(action.timeoutMs);
  sink.doNotCache(action.doNotCache);
  for (const [name, value] of pairs(action.platform ?? {})) sink.platform(name, value);
  for (const input of sortedBy(action.inputs, (i) => i.path)) sink.input(input);
}

const pairs = (record: Readonly<Record<string, string>>): [string, string][] =>
  sorted(Object.keys(record)).map((name) => [name, record[name] ?? '']);

/** Two of one name would be a bug of the caller, and one of them would be lost. */
function unique<T>(items: readonly T[], name: (item: T) => string): readonly T[] {
  for (let i = 1; i < items.length; i++) {
    const [before, item] = [items[i - 1], items[i]];
    if (before !== undefined && item !== undefined && name(before) === name(item)) {
      throw new Error(`declared twice: ${name(item)}`);
    }
  }
  return items;
}
