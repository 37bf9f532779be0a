import { attr, defineRule } from '../../src/rule-api/index.ts';

/** Files under one name, so that others need not list them. */
export const filegroup = defineRule({
  name: 'filegroup',
  summary: 'Groups files, and the outputs of other targets, under one label; runs nothing.',
  attributes: {
    srcs: attr.sources().describe('Files and globs of the group.'),
    deps: attr.labels().describe('Targets whose outputs belong to the group.'),
  },
  implement(ctx) {
    ctx.provide({ files: [...ctx.sources('srcs'), ...ctx.deps('deps').flatMap((dep) => dep.files)] });
  },
});
