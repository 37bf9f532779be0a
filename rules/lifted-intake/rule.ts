import { attr, defineRule } from '../../src/rule-api/index.ts';
import { sourceIfAny } from '../shared/one-source.ts';
import { provenanceCheck } from '../shared/provenance-check.ts';

/** First stage of the lifted mode: what was lifted elsewhere is taken as it is, once its provenance is right. */
export const liftedIntake = defineRule({
  name: 'lifted_intake',
  stage: 'intake',
  summary: 'Offers a module that was lifted elsewhere to the stages that build it.',
  attributes: {
    module: attr.sources().describe('The lifted module, and the files beside it.'),
    provenance: attr.sources().describe('A provenance.toml. The module must be one of its [[inputs]].'),
  },
  implement(ctx) {
    const module = ctx.sources('module');
    const [first] = module;
    const provenance = sourceIfAny(ctx, 'provenance');
    if (first === undefined) {
      ctx.fail('module stands for no file', ['module']);
      return;
    }
    if (provenance !== undefined) provenanceCheck(ctx, provenance, first, `${ctx.name}/provenance.json`);
    ctx.provide({ files: module });
  },
});
