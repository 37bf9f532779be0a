import type { OutputFile } from '../../src/rule-api/index.ts';
import { bundledTool } from '../shared/bundled-tool.ts';
import { outputAt } from '../shared/stage-input.ts';
import type { BackendContext, LiftInput } from './lift-input.ts';

/** The program as a module, with names, what runs it, and `program`, a script that starts the one with the other. */
export function wasmBackend(
  ctx: BackendContext,
  lift: LiftInput,
  program: OutputFile,
): { readonly module: OutputFile; readonly runner: OutputFile } {
  const name = program.path.slice(program.path.lastIndexOf('/') + 1);
  const module = ctx.output(`${ctx.name}/${name}.wasm`, ['program']);
  const runner = ctx.output(`${ctx.name}/${name}.mjs`, ['program']);
  const unnamed = ctx.output(`${ctx.name}/unnamed.wasm`);
  const { folder, manifest, segments } = lift.value.module;
  ctx.action({
    mnemonic: 'LiftWasm',
    argv: [
      ctx.tool('node'),
      bundledTool(ctx, 'lift-wasm.mjs'),
      ...['--module', folder, '--analysis', outputAt(lift.dep, lift.value.shape), '--out', unnamed],
    ],
    inputs: [outputAt(lift.dep, manifest), outputAt(lift.dep, segments)],
    outputs: [unnamed],
  });
  ctx.action({
    mnemonic: 'PackageWasm',
    argv: [
      ctx.tool('node'),
      bundledTool(ctx, 'package-wasm.mjs'),
      ...['--module', unnamed, '--report', outputAt(lift.dep, lift.value.report)],
      ...['--runner', bundledTool(ctx, 'run-wasm.mjs')],
      ...['--out', program],
    ],
    outputs: [program, module, runner],
  });
  return { module, runner };
}
