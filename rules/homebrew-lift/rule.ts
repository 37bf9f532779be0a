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

/** Second stage: arm64 code becomes C, in shards whose number is known only when it has run, and a WebAssembly module. */
export const homebrewLift = defineRule({
  name: 'homebrew_lift',
  stage: 'lift',
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
    const program = ctx.output(`${ctx.name}/program.c`);
    const image = ctx.output(`${ctx.name}/image.S`);
    const parts = IMAGE_PARTS.map((name) => ctx.output(`${ctx.name}/${name}`));
    const unnamed = forms(`${ctx.name}/unnamed`);
    ctx.action({
      mnemonic: 'Lift',
      argv: [
        ctx.tool('node'),
        bundledTool(ctx, 'lift.mjs'),
        ...['--module', folder, '--analysis', shape, '--out', folderOf(program)],
        ...['--shard-bytes', String(ctx.attributes.shard_bytes)],
      ],
      inputs: [outputAt(module.dep, manifest), outputAt(module.dep, segments)],
      outputs: [program, image, ...parts, ...unnamed.all],
    });
    const named = forms(ctx.name);
    ctx.action({
      mnemonic: 'ApplyNames',
      argv: [
        ctx.tool('node'),
        bundledTool(ctx, 'apply-names.mjs'),
        ...['--lifted', folderOf(unnamed.shards), '--out', folderOf(program)],
        ...(map === undefined ? [] : ['--names', map]),
      ],
      inputs: unnamed.all,
      outputs: named.all,
    });
    ctx.provide({
      files: [program, image, ...parts, ...named.all],
      providers: {
        lift: {
          shards: named.shards.path,
          program: program.path,
          image: image.path,
          image_parts: parts.map((part) => part.path),
          wasm: named.wasm.path,
        },
      },
    });

    /** What has names in it: first without, then with them. */
    function forms(below: string) {
      const shards = ctx.outputDirectory(`${below}/shards`);
      const wasm = ctx.output(`${below}/program.wasm`);
      const report = ctx.output(`${below}/lift-report.json`);
      return { shards, wasm, all: [shards, wasm, report] };
    }
  },
});
