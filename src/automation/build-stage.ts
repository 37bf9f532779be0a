import type { TargetDecl } from '../model/target.ts';
import { commandValues } from './command-values.ts';
import { retries } from './early-stages.ts';
import { plainPath, source } from './sources.ts';
import { fixed, missing, type StageContext, stageTarget } from './stage-target.ts';

/** A program of this machine. */
export function buildStage(ctx: StageContext): TargetDecl | undefined {
  const { inputs = {}, commands = {} } = ctx.config;
  const lift = fixed(':lift', ['inputs', 'mode']);
  if (commands.build !== undefined) {
    return stageTarget(ctx, 'build', 'external_build', ['commands', 'build'], {
      ...commandValues(ctx, commands.build, ['commands', 'build']),
      lift,
      runtime: source(ctx, inputs.runtime_path, ['inputs', 'runtime_path']),
      config: source(ctx, inputs.config, ['inputs', 'config']),
      retries: retries(ctx.config),
    });
  }
  if (inputs.mode !== 'homebrew' || commands.lift !== undefined)
    return missing(
      ctx,
      ['inputs', 'mode'],
      'a lift that is not recomp’s own needs commands.build',
      'add build = ["…"] to [commands]',
    );
  const { backend = 'auto' } = ctx.config.run ?? {};
  if (backend !== 'wasm') ctx.tools.use('cc', ['inputs', 'mode']);
  const stem = plainPath(inputs.nro ?? '')
    .replace(/^.*\//, '')
    .replace(/\.[^.]*$/, '');
  const program = /^[\w+-][\w.+-]{0,99}$/.test(stem) ? fixed(stem, ['inputs', 'nro']) : undefined;
  return stageTarget(ctx, 'build', 'recompiled_binary', ['inputs', 'mode'], {
    lift,
    program,
    backend: fixed(backend, ctx.config.run?.backend === undefined ? ['inputs', 'mode'] : ['run', 'backend']),
  });
}
