import { attr, defineRule } from '../../src/rule-api/index.ts';
import { analysed } from '../analysis/provider.ts';
import { sourceIfAny } from '../shared/one-source.ts';
import { filesOf, foldersOf, stageCommandAttributes, stageProcess } from '../shared/stage-command.ts';

/** The lift, where it is not recomp's own. */
export const externalLift = defineRule({
  name: 'external_lift',
  stage: 'lift',
  summary: 'Lifts what an intake left with a command of yours.',
  attributes: {
    ...stageCommandAttributes,
    intake: attr.label().describe('The intake target: $(module) are its files, $(intake) is its folder.'),
    analysis: attr.labels().describe('An analysis target: $(analysis) is its folder.'),
    names: attr.sources().describe('A name map: $(names).'),
    config: attr.sources().describe('A title.toml: $(config).'),
  },
  implement(ctx) {
    const intake = ctx.deps('intake');
    const analysis = ctx.deps('analysis');
    const names = sourceIfAny(ctx, 'names') ?? analysed(ctx).names;
    const config = sourceIfAny(ctx, 'config');
    const files = stageProcess(ctx, {
      mnemonic: 'Lift',
      command: ctx.attributes,
      named: {
        module: filesOf(intake),
        ...(names && { names: [names] }),
        ...(config && { config: [config] }),
      },
      inputs: ctx.sources('inputs'),
      scripts: ctx.sources('scripts'),
      waitsFor: filesOf(analysis),
      folders: foldersOf(ctx, [...intake, ...analysis]),
    });
    ctx.provide({ files });
  },
});
