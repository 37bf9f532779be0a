import type { TargetDecl } from '../model/target.ts';
import { source } from './sources.ts';
import { fixed, type StageContext, stageTarget } from './stage-target.ts';

/** Beside the loop, where it is asked for: what it finds is for the next round, so nothing of this one waits for it. */
export function traceStage(ctx: StageContext): TargetDecl | undefined {
  const { analysis, inputs, reference = {} } = ctx.config;
  if (analysis?.record_trace !== true || inputs?.mode !== 'homebrew') return undefined;
  return stageTarget(ctx, 'trace', 'runtime_trace', ['analysis', 'record_trace'], {
    program: fixed(':build', ['analysis', 'record_trace']),
    script: source(ctx, reference.input_script_toml, ['reference', 'input_script_toml']),
  });
}
