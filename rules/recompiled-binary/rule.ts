import { attr, defineRule, z } from '../../src/rule-api/index.ts';
import { liftProvider } from '../homebrew-lift/provider.ts';
import { stageInput } from '../shared/stage-input.ts';
import { cBackend } from './c-backend.ts';
import { programProvider } from './provider.ts';
import { wasmBackend } from './wasm-backend.ts';

/** Third stage: lifted code and the runtime become a program that this machine runs. */
export const recompiledBinary = defineRule({
  name: 'recompiled_binary',
  stage: 'build',
  summary: 'Makes a program of lifted code: a native one with a C compiler, or WebAssembly that node runs.',
  attributes: {
    lift: attr.label().describe('The homebrew_lift target that is compiled.'),
    backend: z
      .enum(['auto', 'c', 'wasm'])
      .default('auto')
      .describe(
        'What makes the program. c: a C compiler, the tool cc of [tools]; wasm: nothing, node runs it; auto: c where cc is declared and on this machine, else wasm. It does the same either way.',
      ),
    opt_level: z
      .enum(['0', '1', '2', '3', 's'])
      .default('1')
      .describe('How hard the C compiler tries, as in -O1.'),
    program: z
      .string()
      .regex(/^[\w+-][\w.+-]{0,99}$/, 'expected a file name of letters, digits and . _ + -')
      .optional()
      .describe('The program’s file name; by default the target’s name.'),
  },
  providers: { program: programProvider },
  implement(ctx) {
    const lift = stageInput(ctx, 'lift', 'lift', liftProvider, 'homebrew_lift');
    if (lift === undefined) return;
    const program = ctx.output(`${ctx.name}/${ctx.attributes.program ?? ctx.name}`, ['program']);
    const { backend, opt_level } = ctx.attributes;
    const isWithout = backend === 'auto' && !ctx.hasTool('cc');
    if (isWithout)
      ctx.note('made as WebAssembly, which node runs: backend is auto, and there is no C compiler (cc) here');
    if (backend === 'wasm' || isWithout) {
      const { module, runner } = wasmBackend(ctx, lift, program);
      const files = [program, module, runner];
      ctx.provide({ files, executable: program, providers: { program: { wasm: module.path } } });
    } else {
      cBackend(ctx, lift, opt_level, program);
      ctx.provide({ files: [program], executable: program, providers: { program: { wasm: null } } });
    }
  },
});
