import { labelName } from '../model/label.ts';
import type { TargetDecl } from '../model/target.ts';
import { buildStage } from './build-stage.ts';
import { captureStage } from './capture-stage.ts';
import { checkOutputs } from './check-outputs.ts';
import { checkSections } from './check-sections.ts';
import { analysisStage, intakeStage, liftStage } from './early-stages.ts';
import { STAGES, type StageContext } from './stage-target.ts';
import { traceStage } from './trace-stage.ts';
import { archiveStage, validateStage } from './verdict-stages.ts';

/** One file becomes the stages of the loop. Stages that something is missing for are left out, which is reported. */
export function expandAutomation(ctx: StageContext): readonly TargetDecl[] {
  checkSections(ctx);
  checkOutputs(ctx);
  const made = [intakeStage, analysisStage, liftStage, buildStage, captureStage, validateStage].flatMap(
    (stage) => stage(ctx) ?? [],
  );
  const names = new Set(made.map((target) => labelName(target.label)));
  return [
    ...made,
    ...[traceStage(ctx) ?? []].flat(),
    archiveStage(
      ctx,
      STAGES.filter((stage) => names.has(stage)),
    ),
  ];
}
