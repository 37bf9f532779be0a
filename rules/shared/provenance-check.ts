import type { FileHandle, InputFile, RuleContext, Shape } from '../../src/rule-api/index.ts';
import { bundledTool } from './bundled-tool.ts';

/** An action that fails where an input is not what its provenance says; wait for what it makes. */
export function provenanceCheck(
  ctx: Pick<RuleContext<Shape>, 'action' | 'name' | 'output' | 'packageFile' | 'tool'>,
  provenance: InputFile,
  input: InputFile,
  path: string,
): FileHandle {
  const record = ctx.output(path);
  ctx.action({
    mnemonic: 'Provenance',
    argv: [
      ctx.tool('node'),
      bundledTool(ctx, 'provenance.mjs'),
      ...['--provenance', provenance, '--input', input, '--out', record],
    ],
    outputs: [record],
    terse: true,
  });
  return record;
}
