import type { Json } from '../base/canonical-json.ts';
import type { TargetDecl } from '../model/target.ts';
import type { AutomationConfig } from './automation-shape.ts';
import { commandValues } from './command-values.ts';
import { plainPath, source, sources } from './sources.ts';
import { fixed, missing, type StageContext, stageTarget, type Value, type Values } from './stage-target.ts';

/** The program, taken apart. */
export function intakeStage(ctx: StageContext): TargetDecl | undefined {
  const { inputs = {}, commands = {} } = ctx.config;
  const provenance = source(ctx, inputs.provenance, ['inputs', 'provenance']);
  const at = ['inputs', 'mode'];
  switch (inputs.mode) {
    case 'homebrew': {
      const src = source(ctx, inputs.nro, ['inputs', 'nro']);
      if (src === undefined && inputs.nso === undefined)
        return missing(ctx, ['inputs'], 'mode homebrew needs inputs.nro', 'add nro = "program.nro"');
      return stageTarget(ctx, 'intake', 'homebrew_intake', at, { src, provenance });
    }
    case 'lifted': {
      const module = source(ctx, inputs.module_json, ['inputs', 'module_json']);
      if (module === undefined)
        return missing(
          ctx,
          ['inputs'],
          'mode lifted needs inputs.module_json',
          'add module_json = "lifted/module.json"',
        );
      return stageTarget(ctx, 'intake', 'lifted_intake', at, { module, provenance });
    }
    default: {
      const xci = source(ctx, inputs.xci, ['inputs', 'xci']);
      const keys = source(ctx, inputs.keys, ['inputs', 'keys']);
      if (xci === undefined)
        return missing(ctx, ['inputs'], 'mode xci needs inputs.xci', 'add xci = "/where/it/is.xci"');
      if (commands.intake === undefined)
        return missing(
          ctx,
          ['inputs', 'mode'],
          'mode xci needs commands.intake',
          'add intake = ["…"] to [commands]: a program that takes $(xci) apart with $(keys)',
        );
      const command = commandValues(ctx, commands.intake, ['commands', 'intake']);
      return stageTarget(ctx, 'intake', 'xci_intake', ['commands', 'intake'], {
        xci,
        keys,
        provenance,
        ...command,
        retries: retries(ctx.config),
      });
    }
  }
}

/** Only where it is configured: a command of the user's, or recomp's own analysis with names from a map. */
export function analysisStage(ctx: StageContext): TargetDecl | undefined {
  const { analysis } = ctx.config;
  if (!hasAnalysis(ctx.config) || analysis === undefined) return undefined;
  const command = analysis.command && commandValues(ctx, analysis.command, ['analysis', 'command']);
  const expected = (analysis.expected_outputs ?? []).map((path) => path.replace(/^(?:\.\/+)+/, ''));
  const trace = analysis.runtime_trace_manifest;
  return stageTarget(ctx, 'analysis', 'analysis', ['analysis'], {
    ...command,
    intake: fixed(':intake', ['analysis']),
    outs: command && { value: expected, at: ['analysis', 'expected_outputs'] },
    name_map: nameMapOutput(ctx.config),
    names: ctx.config.inputs?.mode === 'homebrew' ? nameMapSource(ctx) : undefined,
    ...symbolValues(ctx),
    program: plain(analysis.program, 'program'),
    least_evidence: plain(analysis.least_evidence, 'least_evidence'),
    trace:
      trace !== undefined && !isExpected(ctx.config, trace)
        ? source(ctx, trace, ['analysis', 'runtime_trace_manifest'])
        : undefined,
    trace_output:
      trace !== undefined && isExpected(ctx.config, trace)
        ? fixed(plainPath(trace), ['analysis', 'runtime_trace_manifest'])
        : undefined,
    retries: retries(ctx.config),
  });
}

/** Guest code becomes code of this machine. */
export function liftStage(ctx: StageContext): TargetDecl | undefined {
  const { inputs = {}, commands = {}, run } = ctx.config;
  const intake = fixed(':intake', ['inputs', 'mode']);
  const analysed = hasAnalysis(ctx.config) ? fixed([':analysis'], ['analysis']) : undefined;
  const names = analysed !== undefined && inputs.mode === 'homebrew' ? undefined : nameMapSource(ctx);
  if (inputs.mode === 'lifted')
    return stageTarget(ctx, 'lift', 'alias', ['inputs', 'mode'], { actual: intake });
  if (commands.lift !== undefined) {
    return stageTarget(ctx, 'lift', 'external_lift', ['commands', 'lift'], {
      ...commandValues(ctx, commands.lift, ['commands', 'lift']),
      intake,
      names,
      analysis: analysed,
      config: source(ctx, inputs.config, ['inputs', 'config']),
      retries: retries(ctx.config),
    });
  }
  if (inputs.mode === 'xci')
    return missing(ctx, ['inputs', 'mode'], 'mode xci needs commands.lift', 'add lift = ["…"] to [commands]');
  return stageTarget(ctx, 'lift', 'homebrew_lift', ['inputs', 'mode'], {
    intake,
    names,
    analysis: analysed,
    shard_bytes:
      run?.shard_bytes === undefined ? undefined : { value: run.shard_bytes, at: ['run', 'shard_bytes'] },
  });
}

/** How often a command of the user's is tried again; in no key. */
export const retries = ({ loop }: AutomationConfig): Value | undefined =>
  loop?.max_retries === undefined ? undefined : { value: loop.max_retries, at: ['loop', 'max_retries'] };

/** What other tools exported: of what the command leaves, or files that are there. */
function symbolValues(ctx: StageContext): Values {
  const all = ctx.config.analysis?.symbols;
  if (all === undefined) return {};
  const at = ['analysis', 'symbols'];
  const made = all.filter((path) => isExpected(ctx.config, path)).map(plainPath);
  const there = all.filter((path) => !isExpected(ctx.config, path));
  return { symbols: fixed(sources(ctx, there, at), at), exports: fixed(made, at) };
}

const plain = (value: Json | undefined, key: string): Value | undefined =>
  value === undefined ? undefined : fixed(value, ['analysis', key]);

/** Without a command there is something to analyse only where recomp took the program apart. */
const hasAnalysis = ({ analysis, inputs }: AutomationConfig): boolean =>
  analysis?.command !== undefined || (analysis !== undefined && inputs?.mode === 'homebrew');

/** The name map, where it is a file that is there. */
function nameMapSource(ctx: StageContext): Value | undefined {
  const map = ctx.config.analysis?.name_map_json;
  return map === undefined || nameMapOutput(ctx.config)
    ? undefined
    : source(ctx, map, ['analysis', 'name_map_json']);
}

/** The name map, where it is the analysis that makes it. */
const nameMapOutput = (config: AutomationConfig): Value | undefined => {
  const map = config.analysis?.name_map_json;
  return map !== undefined && isExpected(config, map)
    ? fixed(plainPath(map), ['analysis', 'name_map_json'])
    : undefined;
};

const isExpected = ({ analysis }: AutomationConfig, path: string): boolean =>
  analysis?.command !== undefined &&
  (analysis.expected_outputs ?? []).some((out) => plainPath(out) === plainPath(path));
