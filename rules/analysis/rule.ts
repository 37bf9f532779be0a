import { attr, defineRule, z } from '../../src/rule-api/index.ts';
import { sourceIfAny } from '../shared/one-source.ts';
import { foldersOf, stageCommandAttributes, stageFolder, stageProcess } from '../shared/stage-command.ts';
import { analysisProvider } from './provider.ts';

/** Between intake and lift: a headless tool that finds names, or evidence for them. */
export const analysis = defineRule({
  name: 'analysis',
  summary: 'Runs an analysis of a module, which leaves what it is expected to: a name map, evidence, traces.',
  attributes: {
    ...stageCommandAttributes,
    intake: attr.label().describe('The intake target whose module is analysed: $(module).'),
    trace: attr.sources().describe('A runtime trace manifest that is there: $(trace).'),
    name_map: z.string().optional().describe('Which of outs is a name_map.json for the lift.'),
    trace_output: z.string().optional().describe('Which of outs is a runtime trace manifest.'),
  },
  providers: { analysis: analysisProvider },
  implement(ctx) {
    const intake = ctx.deps('intake');
    const trace = sourceIfAny(ctx, 'trace');
    if (ctx.attributes.outs.length === 0)
      ctx.fail('an analysis says what it makes', ['outs'], 'expected_outputs = ["name_map.json"]');
    const files = stageProcess(ctx, {
      mnemonic: 'Analysis',
      command: ctx.attributes,
      named: { module: intake.flatMap((dep) => dep.files), ...(trace && { trace: [trace] }) },
      inputs: ctx.sources('inputs'),
      folders: foldersOf(ctx, intake),
    });
    const { name_map } = ctx.attributes;
    const path = name_map === undefined ? null : `${stageFolder(ctx)}/${name_map}`;
    ctx.provide({ files, providers: { analysis: { name_map: path } } });
  },
});
