import { basename, dirname } from 'node:path';
import { type CopyFolders, STAGE_FOLDERS } from './copy-folders.ts';
import type { Loop } from './find-loop.ts';

type Wanted = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Keys of `[outputs]` that came to nothing although their stage did its work: nothing that was asked for is dropped silently. */
export function unusedOutputs(
  { loaded }: Loop,
  { stages, module }: CopyFolders,
  wanted: Wanted,
  statusOf: (stage: string) => string | undefined,
): string[] {
  const { outputs = {} } = loaded.config ?? {};
  const folders = new Map(stages);
  const done = (stage: string): boolean => statusOf(stage) === 'succeeded';
  const empty: string[] = STAGE_FOLDERS.flatMap(([stage, key]) =>
    key !== undefined &&
    outputs[key] !== undefined &&
    done(stage) &&
    (wanted.get(folders.get(stage) ?? '')?.size ?? 0) === 0
      ? [key]
      : [],
  );
  const hasModule = module !== undefined && wanted.get(dirname(module))?.has(basename(module)) === true;
  if (module !== undefined && !hasModule && done('lift')) empty.push('lifted_module_json');
  if (empty.length === 0) return [];
  const keys = empty.map((key) => `outputs.${key}`).join(', ');
  const why =
    loaded.taint === undefined
      ? 'the stage made nothing that belongs there'
      : 'what is made of proprietary inputs lies below work_root alone';
  return [`note: nothing was copied for ${keys}: ${why}`];
}
