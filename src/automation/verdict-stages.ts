import type { TargetDecl } from '../model/target.ts';
import { joinPath, parentPath } from '../workspace/safe-path.ts';
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
  const at = ['reference', 'reference_video_toml'];
  const { hashes } = ctx.reference ?? {};
  return stageTarget(ctx, 'validate', 'validate', at, {
    capture: fixed(':capture', at),
    reference_video: source(ctx, reference.reference_video_toml, at),
    reference_frames: besideReference(ctx, hashes?.frames?.path),
    reference_audio: besideReference(ctx, hashes?.audio?.path),
    capture_video: source(ctx, reference.capture_video_toml, ['reference', 'capture_video_toml']),
    config: source(ctx, reference.validation_config_toml, ['reference', 'validation_config_toml']),
    gates: gatesValue(ctx),
  });
}

/** A path of `reference_video.toml` is relative to that file. */
function besideReference(ctx: StageContext, path: string | undefined): Value | undefined {
  if (path === undefined) return undefined;
  const folder = parentPath(plainPath(ctx.config.reference?.reference_video_toml ?? ''));
  const full = path.startsWith('/') || folder === '' ? path : `${folder}/${plainPath(path)}`;
  return source(ctx, full, ['reference', 'reference_video_toml']);
}

/** `[gates]` and `[[scenes]]` as text: the validation reads it as it reads a validation_config.toml. */
function gatesValue({ config }: StageContext): Value | undefined {
  const { gates = {}, scenes = [] } = config;
  const lines = [
    ...section('[gates.hash]', gates.hash),
    ...section('[gates.perceptual]', gates.perceptual),
    ...scenes.flatMap((scene) => section('[[scenes]]', scene)),
  ];
  if (lines.length === 0) return undefined;
  return { value: lines.join('\n'), at: config.gates === undefined ? ['scenes'] : ['gates'] };
}

function section(head: string, values: Readonly<Record<string, unknown>> | undefined): string[] {
  const entries = Object.entries(values ?? {});
  // JSON's texts, numbers and truth values are TOML's.
  return entries.length === 0
    ? []
    : [head, ...entries.map(([key, value]) => `${key} = ${JSON.stringify(value)}`)];
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
    configs: configPaths(ctx),
    // What is proprietary is archived by its digest alone.
    reports: fixed(ctx.taint === undefined, at),
  });
}

/** By their places only: what they hold is in the keys of those that read them. */
function configPaths({ pkg, config: { reference = {} } }: StageContext): Value {
  const named = {
    reference: reference.reference_video_toml,
    capture: reference.capture_video_toml,
    validation: reference.validation_config_toml,
    input_script: reference.input_script_toml,
  };
  const paths: Record<string, string> = {};
  // An absolute path is this machine's, and has no place in a key.
  for (const [name, path] of Object.entries(named))
    if (path !== undefined && !path.startsWith('/')) paths[name] = joinPath(pkg, plainPath(path));
  return fixed(paths, ['reference']);
}
