import type { Json } from '../base/canonical-json.ts';
import type { TargetDecl } from '../model/target.ts';
import { parentPath } from '../workspace/safe-path.ts';
import { plainPath, source } from './sources.ts';
import { fixed, missing, type Stage, type StageContext, stageTarget, type Value } from './stage-target.ts';

/** The capture against the reference. */
export function validateStage(ctx: StageContext): TargetDecl | undefined {
  const { reference = {} } = ctx.config;
  if (reference.reference_video_toml === undefined)
    return missing(
      ctx,
      ['schema_version'],
      'there is nothing to validate against',
      'add [reference] with reference_video_toml = "reference_video.toml"',
    );
  const values = referenceValue(ctx);
  return stageTarget(ctx, 'validate', 'validate', ['reference', 'reference_video_toml'], {
    capture: fixed(':capture', ['reference', 'reference_video_toml']),
    reference: values,
    config: source(ctx, reference.validation_config_toml, ['reference', 'validation_config_toml']),
  });
}

function referenceValue(ctx: StageContext): Value | undefined {
  const at = ['reference', 'reference_video_toml'];
  const { hashes } = ctx.reference ?? {};
  const base = parentPath(plainPath(ctx.config.reference?.reference_video_toml ?? ''));
  const files = [hashes?.frames, hashes?.audio].flatMap((part): Json[] => {
    if (part?.path === undefined) return [];
    const path = part.path.startsWith('/') || base === '' ? part.path : `${base}/${plainPath(part.path)}`;
    const found = source(ctx, path, at);
    return found === undefined ? [] : [found.value];
  });
  return files.length === 0 ? undefined : { value: files, at };
}

/** What all stages made, by digest. */
export function archiveStage(ctx: StageContext, stages: readonly Stage[]): TargetDecl {
  const at = ['inputs', 'mode'];
  return stageTarget(ctx, 'archive', 'archive', at, {
    stages: fixed(
      stages.map((stage) => `:${stage}`),
      at,
    ),
    provenance: source(ctx, ctx.config.inputs?.provenance, ['inputs', 'provenance']),
  });
}
