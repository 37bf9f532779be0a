import { attr, defineRule } from '../../src/rule-api/index.ts';
import { programProvider } from '../recompiled-binary/provider.ts';
import { bundledTool } from '../shared/bundled-tool.ts';
import { oneSource } from '../shared/one-source.ts';
import { outputAt } from '../shared/stage-input.ts';
import { captureProvider } from './provider.ts';

/** Fourth stage: the program runs and a script plays it. */
export const capture = defineRule({
  name: 'capture',
  stage: 'capture',
  summary: 'Runs a recompiled program with scripted input, and keeps its frames, its audio and their hashes.',
  attributes: {
    program: attr.label().describe('The target whose program is run: a recompiled_binary.'),
    script: attr.sources().describe('An input_script.toml: what the player does, and when.'),
    timeout: attr
      .duration()
      .prefault('600s')
      .describe('How long the program may run: "500ms", "60s", "5m"; 600s if absent.'),
  },
  providers: { capture: captureProvider },
  implement(ctx) {
    const [dep] = ctx.deps('program');
    const script = oneSource(ctx, 'script');
    if (dep?.executable === undefined) {
      if (dep !== undefined)
        ctx.fail(
          `program names ${dep.label}, which makes no program`,
          ['program'],
          'name a target of the rule recompiled_binary',
        );
      return;
    }
    if (script === undefined) return;
    const recompiled = programProvider.safeParse(dep.providers['program']);
    const program = (recompiled.success ? recompiled.data.wasm : null) ?? dep.executable;
    const folder = ctx.outputDirectory(ctx.name);
    ctx.action({
      mnemonic: 'Capture',
      argv: [
        ctx.tool('node'),
        bundledTool(ctx, 'capture.mjs'),
        ...['--program', outputAt(dep, program), '--script', script, '--out', folder],
      ],
      outputs: [folder],
      timeoutMs: ctx.attributes.timeout,
    });
    ctx.provide({ files: [folder], providers: { capture: { folder: folder.path } } });
  },
});
