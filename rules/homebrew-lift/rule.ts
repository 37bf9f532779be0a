import { attr, defineRule, z } from '../../src/rule-api/index.ts';
import { declareCode } from '../analysis/declare-code.ts';
import { declareNames, folderOf } from '../analysis/declare-names.ts';
import { analysed } from '../analysis/provider.ts';
import { moduleProvider } from '../homebrew-intake/provider.ts';
import { bundledTool } from '../shared/bundled-tool.ts';
import { sourceIfAny } from '../shared/one-source.ts';
import { outputAt, stageInput } from '../shared/stage-input.ts';
import { liftProvider } from './provider.ts';

/** The segments’ bytes, and the code in the form that the runtime interprets. */
const IMAGE_PARTS = ['image.bin', 'ir.bin'];

/** Second stage: arm64 code becomes C, region by region, in shards whose number is known only when that has run. */
export const homebrewLift = defineRule({
  name: 'homebrew_lift',
  stage: 'lift',
  summary:
    'Lifts a module’s arm64 code to C, in shards that are compiled one by one, or for a backend to WebAssembly.',
  attributes: {
    intake: attr.label().describe('The homebrew_intake target whose module is lifted.'),
    names: attr
      .sources()
      .describe('A name_map.json: names, and starts of functions that are not found otherwise.'),
    analysis: attr
      .labels()
      .describe('An analysis target that makes the name map, where `names` does not say it.'),
    shard_bytes: z
      .int()
      .min(64)
      .max(16_777_216)
      .default(4096)
      .describe(
        'Bytes of code to a shard, 4096 if absent. Smaller ones compile again sooner after a change.',
      ),
  },
  providers: { lift: liftProvider },
  implement(ctx) {
    const module = stageInput(ctx, 'intake', 'module', moduleProvider, 'homebrew_intake');
    const own = sourceIfAny(ctx, 'names');
    if (module === undefined) return;
    const told = analysed(ctx);
    const names =
      own === undefined
        ? undefined
        : declareNames(ctx, { folder: 'analysis', maps: [own, ...(told.names ? [told.names] : [])] });
    const map = names?.map ?? told.names;
    const shape =
      (names === undefined ? told.shape : undefined) ?? declareCode(ctx, 'analysis', module, names).shape;
    const { folder, manifest, segments } = module.value;
    const files = [outputAt(module.dep, manifest), outputAt(module.dep, segments)];
    const shardBytes = ['--shard-bytes', String(ctx.attributes.shard_bytes)];
    const image = ctx.output(`${ctx.name}/image.S`);
    const parts = IMAGE_PARTS.map((name) => ctx.output(`${ctx.name}/${name}`));
    ctx.action({
      mnemonic: 'EncodeImage',
      argv: [
        ctx.tool('node'),
        bundledTool(ctx, 'encode-image.mjs'),
        ...['--module', folder, '--out', folderOf(image)],
      ],
      inputs: files,
      outputs: [image, ...parts],
    });
    const program = ctx.output(`${ctx.name}/program.c`);
    const regions = ctx.outputDirectory(`${ctx.name}/regions`);
    const unnamed = ctx.output(`${ctx.name}/unnamed/lift-report.json`);
    ctx.action({
      mnemonic: 'PlanLift',
      argv: [
        ctx.tool('node'),
        bundledTool(ctx, 'plan-lift.mjs'),
        ...['--module', folder, '--analysis', shape, '--out', folderOf(program)],
        ...['--report', unnamed, ...shardBytes],
      ],
      inputs: files,
      outputs: [program, regions, unnamed],
    });
    const lifted = ctx.template(regions, {
      id: 'lift',
      mnemonic: 'Lift',
      argv: [
        ctx.tool('node'),
        bundledTool(ctx, 'lift.mjs'),
        ...['--module', folder, '--region', '$(item)'],
        ...['--out', `${folderOf(unnamed)}/$(item.stem).json`, ...shardBytes],
      ],
      inputs: files,
      outputs: [`${ctx.name}/unnamed/$(item.stem).json`],
    });
    const shards = ctx.outputDirectory(`${ctx.name}/shards`);
    const report = ctx.output(`${ctx.name}/lift-report.json`);
    ctx.action({
      mnemonic: 'ApplyNames',
      argv: [
        ctx.tool('node'),
        bundledTool(ctx, 'apply-names.mjs'),
        ...['--parts', ctx.inline(`${ctx.name}/parts.txt`, [lifted]), '--report', unnamed],
        ...['--out', folderOf(program)],
        ...(map === undefined ? [] : ['--names', map]),
      ],
      outputs: [shards, report],
    });
    ctx.provide({
      files: [program, image, ...parts, shards, report, shape, ...files],
      providers: {
        lift: {
          shards: shards.path,
          program: program.path,
          image: image.path,
          image_parts: parts.map((part) => part.path),
          module: { folder, manifest, segments },
          shape: shape.path,
          report: report.path,
        },
      },
    });
  },
});
