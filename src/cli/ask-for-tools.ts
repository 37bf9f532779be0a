import type { ActionTable } from '../graph/action-table.ts';
import type { Engine } from './engine.ts';

/** The record names the tools of all actions, also of those that this build left as they were. */
export function askForTools(table: ActionTable, { services: { host } }: Engine): void {
  const names = new Set<string>();
  for (let i = 0; i < table.size; i++) for (const name of table.node(i).decl.tools) names.add(name);
  for (const name of names) host.tool(name);
}
