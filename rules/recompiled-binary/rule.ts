import { attr, defineRule, z } from '../../src/rule-api/index.ts';
import { liftProvider } from '../homebrew-lift/provider.ts';
import { stageInput } from '../shared/stage-input.ts';
import { cBackend } from './c-backend.ts';

/** Third stage: lifted C and the runtime become a program of this machine. */
export const recompiledBinary = defineRule({
  name: 'recompiled_binary',
  summary: 'Compiles lifted code and links it with the runtime: a native program.',
  attributes: {
    lift: attr.label().describe('The homebrew_lift target that is compiled.'),
    backend: z
      .enum(['auto', 'c'])
      .default('auto')
      .describe(
        'What makes the program. c: a C compiler, the tool cc of [tools]; auto: the best there is, now c.',
      ),
    opt_level: z
      .enum(['0', '1', '2', '3', 's'])
      .default('1')
      .describe('How hard the compiler tries, as in -O1.'),
    program: z
      .string()
      .regex(/^[\w+-][\w.+-]{0,99}$/, 'expected a file name of letters, digits and . _ + -')
      .optional()
      .describe('The program’s file name; by default the target’s name.'),
  },
  implement(ctx) {
    const lift = stageInput(ctx, 'lift', 'lift', liftProvider, 'homebrew_lift');
    if (lift === undefined) return;
    const program = ctx.output(`${ctx.name}/${ctx.attributes.program ?? ctx.name}`, ['program']);
    cBackend(ctx, lift, ctx.attributes.opt_level, program);
    ctx.provide({ files: [program], executable: program });
  },
});
