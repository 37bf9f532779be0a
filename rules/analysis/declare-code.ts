import type { Dep, OutputFile, RuleContext, Shape, z } from '../../src/rule-api/index.ts';
import type { moduleProvider } from '../homebrew-intake/provider.ts';
import { bundledTool } from '../shared/bundled-tool.ts';
import { outputAt } from '../shared/stage-input.ts';

type CodeContext = Pick<RuleContext<Shape>, 'action' | 'name' | 'output' | 'packageFile' | 'tool'>;

export interface ModuleInput {
  readonly dep: Dep;
  readonly value: z.output<typeof moduleProvider>;
}

export interface DeclaredCode {
  readonly code: OutputFile;
  /** What the lift reads of it. */
  readonly shape: OutputFile;
}

/** recomp’s own analysis of the code: functions, references, jump tables. */
export function declareCode(
  ctx: CodeContext,
  folder: string,
  { dep, value }: ModuleInput,
  hints: OutputFile | undefined,
): DeclaredCode {
  const code = ctx.output(`${ctx.name}/${folder}/code.json`);
  const shape = ctx.output(`${ctx.name}/${folder}/shape.json`);
  ctx.action({
    mnemonic: 'Analyse',
    argv: [
      ctx.tool('node'),
      bundledTool(ctx, 'analyse.mjs'),
      ...['--module', value.folder, '--out', code, '--shape', shape],
      ...(hints === undefined ? [] : ['--hints', hints]),
    ],
    inputs: [outputAt(dep, value.manifest), outputAt(dep, value.segments)],
    outputs: [code, shape],
  });
  return { code, shape };
}
