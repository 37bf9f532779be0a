import { basename } from 'node:path';
import { cacheDirectory } from '../../store/cache-directory.ts';
import { emptyStore } from '../../store/empty-store.ts';
import { createNodeReader } from '../../workspace/node-reader.ts';
import { type Cleaned, tellFaults } from '../cleaned.ts';
import { say } from '../print.ts';
import { removeAllOutputs, removeState } from '../remove-outputs.ts';
import { configOf } from '../workspace-sources.ts';
import { keptLoops } from './kept-loops.ts';
import { removeCopies } from './remove-copies.ts';

/**
 * Wherever bytes may lie that were built before anybody said that they are proprietary. Nothing remembers for long what came of
 * what, so that all of it goes: it costs time, and never a right result.
 */
export function cleanProprietary(root: string): Cleaned {
  const { config } = configOf(createNodeReader(root), basename(root));
  const edited = removeCopies(root, config?.ignore ?? []);
  for (const file of edited)
    say(`${file} was edited since it was copied, and stays: see for yourself what it holds`);
  const outputs = removeAllOutputs(root);
  const keepLoops = keptLoops(`${root}/.recomp`);
  const state = removeState(root, true);
  if (state.faults.length === 0) keepLoops();
  const cache = cacheDirectory(process.env, root);
  const fault = emptied(cache);
  const exitCode = tellFaults([outputs, state, { removed: 0, faults: fault === undefined ? [] : [fault] }]);
  if (exitCode === 0)
    say(
      `removed recomp-out/, .recomp/, the copies that [outputs] had made here, and all of the cache ${cache}`,
    );
  if (config?.cache.remote !== undefined)
    say(`what was sent to ${config.cache.remote} is still there: whoever looks after it has to remove it`);
  return { exitCode, ...(state.afterwards ? { afterwards: state.afterwards } : {}) };
}

function emptied(cache: string): string | undefined {
  try {
    emptyStore(cache);
    return undefined;
  } catch (error) {
    return `the cache ${cache} cannot be emptied: ${error instanceof Error ? error.message : String(error)}`;
  }
}
