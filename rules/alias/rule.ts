import { attr, defineRule } from '../../src/rule-api/index.ts';

/** Another label for a target: it offers exactly what that target offers. */
export const alias = defineRule({
  name: 'alias',
  summary: 'Gives another target a second label.',
  attributes: { actual: attr.label().describe('The target that is meant.') },
  implement(ctx) {
    const [actual] = ctx.deps('actual');
    if (actual !== undefined) ctx.forward(actual);
  },
});
