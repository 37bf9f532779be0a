import { attr, defineRule, z } from '../../src/rule-api/index.ts';
import { programProvider } from '../recompiled-binary/provider.ts';
import { bundledTool } from '../shared/bundled-tool.ts';
import { sourceIfAny } from '../shared/one-source.ts';
import { outputAt } from '../shared/stage-input.ts';

/** Beside the loop: what a program did when it ran, for the next analysis. */
export const runtimeTrace = defineRule({
  name: 'runtime_trace',
  stage: 'capture',
  summary:
    'Runs a recompiled program, and keeps which functions ran, where calls and jumps by register went, and where the interpreter had to help.',
  attributes: {
    program: attr.label().describe('The target whose program is run: a recompiled_binary.'),
    script: attr.sources().describe('An input_script.toml, for programs that are played.'),
    args: z.array(z.string()).default([]).describe('The command line of a program that is not played.'),
    timeout: attr
      .duration()
      .prefault('600s')
      .describe('How long both runs may take: "500ms", "60s", "5m"; 600s if absent.'),
  },
  implement(ctx) {
    const [dep] = ctx.deps('program');
    const script = sourceIfAny(ctx, 'script');
    if (dep === undefined) return;
    const recompiled = programProvider.safeParse(dep.providers['program']);
    if (dep.executable === undefined || !recompiled.success) {
      ctx.fail(
        `program names ${dep.label}, which makes no recompiled program: only such a one can be traced`,
        ['program'],
        'name a target of the rule recompiled_binary',
      );
      return;
    }
    const trace = ctx.output(`${ctx.name}/runtime-trace.json`);
    ctx.action({
      mnemonic: 'Trace',
      argv: [
        ctx.tool('node'),
        bundledTool(ctx, 'trace.mjs'),
        ...['--program', outputAt(dep, dep.executable), '--out', trace],
        ...(script === undefined ? [] : ['--script', script]),
        ...ctx.attributes.args.flatMap((word) => ['--argument', word]),
      ],
      // A program that is WebAssembly is started by a script, with what lies beside it.
      inputs: recompiled.data.wasm === null ? [] : dep.files,
      outputs: [trace],
      timeoutMs: ctx.attributes.timeout,
    });
    ctx.provide({ files: [trace] });
  },
});
