import { attr, defineRule, z } from '../../src/rule-api/index.ts';
import { analysedNames } from '../analysis/provider.ts';
import { moduleProvider } from '../homebrew-intake/provider.ts';
import { bundledTool } from '../shared/bundled-tool.ts';
import { sourceIfAny } from '../shared/one-source.ts';
import { outputAt, stageInput } from '../shared/stage-input.ts';
import { liftProvider } from './provider.ts';

/** The segments’ bytes, and the code in the form that the runtime interprets. */
const IMAGE_PARTS = ['image.bin', 'ir.bin'];

/** Second stage: arm64 code becomes C, in shards whose number is known only when it has run, and a WebAssembly module. */
export const homebrewLift = defineRule({
  name: 'homebrew_lift',
  summary: 'Lifts a module’s arm64 code to C, in shards that are compiled one by one, and to WebAssembly.',
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
    const names = sourceIfAny(ctx, 'names') ?? analysedNames(ctx);
    if (module === undefined) return;
    const shards = ctx.outputDirectory(`${ctx.name}/shards`);
    const program = ctx.output(`${ctx.name}/program.c`);
    const image = ctx.output(`${ctx.name}/image.S`);
    const parts = IMAGE_PARTS.map((name) => ctx.output(`${ctx.name}/${name}`));
    const wasm = ctx.output(`${ctx.name}/program.wasm`);
    const report = ctx.output(`${ctx.name}/lift-report.json`);
    const outputs = [shards, program, image, ...parts, wasm, report];
    const { folder, manifest, segments } = module.value;
    ctx.action({
      mnemonic: 'Lift',
      argv: [
        ctx.tool('node'),
        bundledTool(ctx, 'lift.mjs'),
        ...['--module', folder, '--out', program.path.slice(0, program.path.lastIndexOf('/'))],
        ...(names === undefined ? [] : ['--names', names]),
        ...['--shard-bytes', String(ctx.attributes.shard_bytes)],
      ],
      inputs: [outputAt(module.dep, manifest), outputAt(module.dep, segments)],
      outputs,
    });
    ctx.provide({
      files: outputs,
      providers: {
        lift: {
          shards: shards.path,
          program: program.path,
          image: image.path,
          image_parts: parts.map((part) => part.path),
          wasm: wasm.path,
        },
      },
    });
  },
});
