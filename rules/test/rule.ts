import { attr, defineRule, z } from '../../src/rule-api/index.ts';
import { processAttributes } from '../shared/process-attributes.ts';
import { processFiles } from '../shared/process-files.ts';
import { processWords } from '../shared/process-words.ts';

/** A process whose exit code is the result. */
export const test = defineRule({
  name: 'test',
  summary: 'Runs a script or a command line that must succeed; makes nothing.',
  test: true,
  attributes: {
    ...processAttributes,
    timeout: attr
      .duration()
      .prefault('300s')
      .describe('How long it may run: "500ms", "60s", "5m"; 300s if absent.'),
    flaky_retries: z
      .int()
      .min(0)
      .max(10)
      .default(0)
      .describe('How often a failure is tried again before it counts.'),
  },
  implement(ctx) {
    const { timeout, tools, network, local, platform, flaky_retries } = ctx.attributes;
    const files = processFiles(ctx, []);
    const words = processWords(ctx.fail, ctx.attributes, files);
    if (words === undefined) return;
    ctx.action({
      mnemonic: 'Test',
      ...words,
      inputs: files.inputs(),
      outputs: [],
      tools,
      timeoutMs: timeout,
      network,
      local,
      platform,
      test: true,
      retries: flaky_retries,
    });
  },
});
