import type { BuildInput } from './build-input.ts';
import { isolationAsked } from './isolation-asked.ts';
import { liesAsDeclared } from './output-place.ts';
import type { FileOutput } from './place-outputs.ts';
import type { EngineServices } from './services.ts';
import { spread } from './untouched.ts';

/** A single one is put back when it is its turn. */
const MANY = 2;

/**
 * Outputs that are the only thing that was touched of their actions, and which will be wanted as they were: what these actions
 * read, and what those read, has not changed. Should a blob be gone after all, its action runs, and those below it are looked at
 * as ever: what was put back for them is then what would have lain there had nobody deleted it.
 */
export function outputsToPutBack(
  { table, traces, dirty, steady }: BuildInput,
  services: EngineServices,
): readonly FileOutput[] {
  if (dirty === 'all' || dirty.size < MANY) return [];
  const changed = new Uint8Array(table.size);
  for (const index of dirty) if (!steady(index)) changed[index] = 1;
  spread(table, changed);
  const found: FileOutput[] = [];
  for (const index of dirty) {
    if (changed[index] === 1) continue;
    const { id, decl } = table.node(index);
    const result = traces.at(index, id)?.result;
    if (!result || decl.each || decl.network || decl.local !== undefined || decl.home !== undefined) continue;
    if (result.isolation < isolationAsked(decl, services) || !liesAsDeclared(result, decl)) continue;
    for (const output of result.outputs) if (output.kind === 'file') found.push(output);
  }
  return found.length < MANY ? [] : found;
}
