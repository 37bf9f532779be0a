import { attr, defineRule, z } from '../../src/rule-api/index.ts';
import { bundledTool } from '../shared/bundled-tool.ts';
import { sourceIfAny } from '../shared/one-source.ts';

/** What is left of a run when its folders are gone: names and digests. Content stays where the stages put it. */
export const archive = defineRule({
  name: 'archive',
  stage: 'archive',
  summary: 'Writes an index of what the stages made, by digest, and a list that sha256sum can check.',
  attributes: {
    stages: attr.labels().describe('The stages, in their order.'),
    provenance: attr
      .sources()
      .describe('The provenance.toml: its inputs are listed by digest, never copied.'),
    configs: z
      .strictObject({
        reference: z.string().optional().describe('The reference_video.toml.'),
        capture: z.string().optional().describe('The capture_video.toml.'),
        validation: z.string().optional().describe('The validation configuration.'),
        input_script: z.string().optional().describe('The input_script.toml.'),
      })
      .optional()
      .describe('Where the configurations lie; the index names them.'),
    reports: z
      .boolean()
      .default(false)
      .describe('Copies of the stages’ manifests and reports are kept beside the index.'),
  },
  implement(ctx) {
    const stages = ctx.deps('stages');
    const provenance = sourceIfAny(ctx, 'provenance');
    if (stages.length === 0) return ctx.fail('there is nothing to archive', ['stages'], 'name the stages');
    const index = ctx.output(`${ctx.name}/artifact-index.json`);
    const sums = ctx.output(`${ctx.name}/SHA256SUMS`);
    const record = provenance && ctx.output(`${ctx.name}/provenance-manifest.json`);
    const reports = ctx.attributes.reports ? ctx.outputDirectory(`${ctx.name}/reports`) : undefined;
    const configs = Object.entries(ctx.attributes.configs ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    const files = stages.flatMap((dep) =>
      dep.files.filter((file) => file.kind === 'output' || file.kind === 'group'),
    );
    const lists = stages.map((dep) =>
      ctx.inline(`${ctx.name}/${dep.label.slice(dep.label.lastIndexOf(':') + 1)}.files`, [
        dep.files.filter((file) => file.kind === 'output' || file.kind === 'group'),
      ]),
    );
    ctx.action({
      mnemonic: 'Archive',
      argv: [
        ctx.tool('node'),
        bundledTool(ctx, 'archive.mjs'),
        ...['--label', ctx.label, '--index', index, '--sums', sums],
        ...(provenance && record ? ['--provenance', provenance, '--record', record] : []),
        ...(reports ? ['--reports', reports] : []),
        ...configs.flatMap(([name, path]) => ['--config', `${name}=${path}`]),
        ...lists.flatMap((list) => ['--stage', list]),
      ],
      inputs: files,
      outputs: [index, sums, ...(record ? [record] : []), ...(reports ? [reports] : [])],
    });
    ctx.provide({});
  },
});
