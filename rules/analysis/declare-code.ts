import type { Dep, OutputFile, RuleContext, Shape, z } from '../../src/rule-api/index.ts';
import type { moduleProvider } from '../homebrew-intake/provider.ts';
import { bundledTool } from '../shared/bundled-tool.ts';
import { outputAt } from '../shared/stage-input.ts';
import type { DeclaredNames } from './declare-names.ts';

type CodeContext = Pick<RuleContext<Shape>, 'action' | 'name' | 'output' | 'packageFile' | 'tool'>;

export interface ModuleInput {
  readonly dep: Dep;
  readonly value: z.output<typeof moduleProvider>;
}

export interface DeclaredCode {
  readonly code: OutputFile;
  /** What the lift reads of it. */
  readonly shape: OutputFile;
  /** What of the names could not be followed, in words. */
  readonly told: OutputFile;
}

/** recomp’s own analysis of the code: functions, references, jump tables. */
export function declareCode(
  ctx: CodeContext,
  folder: string,
  { dep, value }: ModuleInput,
  names: Pick<DeclaredNames, 'hints' | 'places'> | undefined,
): DeclaredCode {
  const code = ctx.output(`${ctx.name}/${folder}/code.json`);
  const shape = ctx.output(`${ctx.name}/${folder}/shape.json`);
  const unheeded = ctx.output(`${ctx.name}/${folder}/unheeded.json`);
  const told = ctx.output(`${ctx.name}/${folder}/unheeded.txt`);
  ctx.action({
    mnemonic: 'Analyse',
    argv: [
      ctx.tool('node'),
      bundledTool(ctx, 'analyse.mjs'),
      ...['--module', value.folder, '--out', code, '--shape', shape, '--unheeded', unheeded],
      ...(names === undefined ? [] : ['--hints', names.hints]),
    ],
    inputs: [outputAt(dep, value.manifest), outputAt(dep, value.segments)],
    outputs: [code, shape, unheeded],
  });
  ctx.action({
    mnemonic: 'TellUnheeded',
    argv: [
      ctx.tool('node'),
      bundledTool(ctx, 'tell-unheeded.mjs'),
      ...['--unheeded', unheeded, '--out', told],
      ...(names === undefined ? [] : ['--places', names.places]),
    ],
    outputs: [told],
    notes: true,
  });
  return { code, shape, told };
}
