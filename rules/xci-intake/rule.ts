import { attr, defineRule } from '../../src/rule-api/index.ts';
import { oneSource, sourceIfAny } from '../shared/one-source.ts';
import { provenanceCheck } from '../shared/provenance-check.ts';
import { stageCommandAttributes, stageProcess } from '../shared/stage-command.ts';

/** First stage of the xci mode: the user's own program takes the image apart, with the user's own keys. */
export const xciIntake = defineRule({
  name: 'xci_intake',
  stage: 'intake',
  summary: 'Takes a card image apart with a command of yours, once its provenance is right.',
  attributes: {
    ...stageCommandAttributes,
    xci: attr.sources().describe('The image: $(xci).'),
    keys: attr.sources().describe('The keys that open it: $(keys).'),
    provenance: attr.sources().describe('A provenance.toml. The image must be one of its [[inputs]].'),
  },
  implement(ctx) {
    const xci = oneSource(ctx, 'xci');
    const keys = sourceIfAny(ctx, 'keys');
    const provenance = sourceIfAny(ctx, 'provenance');
    if (xci === undefined) return;
    // The stage's folder may be the command's as a whole.
    const record = `${ctx.name}${ctx.attributes.outs.length === 0 ? '.' : '/'}provenance.json`;
    const vouched = provenance === undefined ? [] : [provenanceCheck(ctx, provenance, xci, record)];
    const files = stageProcess(ctx, {
      mnemonic: 'Intake',
      command: ctx.attributes,
      named: { xci: [xci], ...(keys && { keys: [keys] }) },
      inputs: ctx.sources('inputs'),
      scripts: ctx.sources('scripts'),
      waitsFor: vouched,
    });
    ctx.provide({ files });
  },
});
