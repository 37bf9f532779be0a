import { attr, defineRule, z } from '../../src/rule-api/index.ts';
import { sourceIfAny } from '../shared/one-source.ts';
import {
  filesOf,
  foldersOf,
  stageCommandAttributes,
  stageFolder,
  stageProcess,
} from '../shared/stage-command.ts';

/** The build, where it is not recomp's own. */
export const externalBuild = defineRule({
  name: 'external_build',
  stage: 'build',
  summary: 'Makes the program of what a lift left, with a command of yours.',
  attributes: {
    ...stageCommandAttributes,
    lift: attr.label().describe('The lift target: $(lifted) are its files, $(lift) is its folder.'),
    runtime: attr.sources().describe('The runtime that is linked: $(runtime).'),
    config: attr.sources().describe('A title.toml: $(config).'),
    program: z.string().optional().describe('Which of outs is the program; by default the first file.'),
  },
  implement(ctx) {
    const lift = ctx.deps('lift');
    const runtime = ctx.sources('runtime');
    const config = sourceIfAny(ctx, 'config');
    const files = stageProcess(ctx, {
      mnemonic: 'Build',
      command: ctx.attributes,
      named: {
        lifted: filesOf(lift),
        ...(runtime.length > 0 && { runtime }),
        ...(config && { config: [config] }),
      },
      inputs: ctx.sources('inputs'),
      scripts: ctx.sources('scripts'),
      folders: foldersOf(ctx, lift),
    });
    const wanted = ctx.attributes.program;
    const path = wanted && `${stageFolder(ctx)}/${wanted}`;
    const program = files.find((file) => !file.tree && (path === undefined || file.path === path));
    ctx.provide({
      files,
      ...(program ? { executable: program } : path !== undefined ? { executable: path } : {}),
    });
  },
});
