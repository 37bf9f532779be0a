import type { FileHandle, OutputFile, Word } from '../../src/rule-api/index.ts';
import { bundledTool } from '../shared/bundled-tool.ts';
import { outputAt } from '../shared/stage-input.ts';
import type { BackendContext, LiftInput } from './lift-input.ts';
import { RUNTIME_HEADERS, RUNTIME_SOURCES, runtimeSource } from './runtime.ts';

/** Guest arithmetic wraps and guest memory has no types; tail calls keep the host stack as deep as the guest's. */
const DIALECT = ['-foptimize-sibling-calls', '-fno-strict-aliasing', '-fwrapv', '-ffp-contract=off', '-w'];

/** Each shard and each part of the runtime by an action of its own, then one link. */
export function cBackend(ctx: BackendContext, lift: LiftInput, level: string, program: OutputFile): void {
  const headers = bundledTool(ctx, RUNTIME_HEADERS);
  const compile = (source: Word, object: Word): Word[] => [
    ctx.tool('cc'),
    ...[`-O${level}`, ...DIALECT, '-I', headers.path, '-c', source, '-o', object],
  ];
  const compileOne = (id: string, source: FileHandle, object: string): OutputFile => {
    const output = ctx.output(`${ctx.name}/obj/${object}.o`);
    ctx.action({
      id,
      mnemonic: 'CcCompile',
      argv: compile(source, output),
      inputs: [headers],
      outputs: [output],
    });
    return output;
  };
  const objects = `${ctx.name}/obj/shards/$(item.stem).o`;
  const folder = program.path.slice(0, program.path.lastIndexOf('/'));
  const shards = ctx.template(outputAt(lift.dep, lift.value.shards), {
    id: 'shards',
    mnemonic: 'CcCompile',
    argv: compile('$(item)', `${folder}/obj/shards/$(item.stem).o`),
    inputs: [headers],
    include: ['**/*.c'],
    outputs: [objects],
  });
  const runtime = RUNTIME_SOURCES.map((name) =>
    compileOne(`runtime-${name}`, bundledTool(ctx, runtimeSource(name)), `runtime/${name}`),
  );
  const table = compileOne('program', outputAt(lift.dep, lift.value.program), 'program');
  const image = assembleImage(ctx, lift);
  ctx.action({
    mnemonic: 'CcLink',
    argv: [
      ctx.tool('cc'),
      ...[[shards], runtime, table, image],
      ...['-o', program, '-Wl,--build-id=none', '-lpthread', '-lm'],
    ],
    outputs: [program],
  });
}

function assembleImage(ctx: BackendContext, { dep, value }: LiftInput): OutputFile {
  const output = ctx.output(`${ctx.name}/obj/image.o`);
  const source = outputAt(dep, value.image);
  const beside = source.path.slice(0, source.path.lastIndexOf('/'));
  ctx.action({
    id: 'image',
    mnemonic: 'CcAssemble',
    argv: [ctx.tool('cc'), '-I', beside, '-c', source, '-o', output],
    inputs: value.image_parts.map((path) => outputAt(dep, path)),
    outputs: [output],
  });
  return output;
}
