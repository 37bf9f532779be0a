import type { ComparedStep } from '../align/compare.ts';
import type { Findings } from '../judge/findings.ts';

/** How many frames are shown as pictures. */
export const MAX_PICTURES = 24;
const MAX_SAMPLES = 6;

/** The frames that are worth a look: the first that is wrong, then by how unlike they are; if none is wrong, a few of all. */
export function pickFrames({ frames: { steps }, likeness }: Findings): readonly ComparedStep[] {
  const wrong = steps.filter(
    (step) => step.kind !== 'same' && step.kind !== 'outside' && step.kind !== 'shifted',
  );
  const [first, ...others] = wrong;
  if (first === undefined) return samples(steps);
  const unlike = (step: ComparedStep): number =>
    likeness === undefined || step.kind !== 'different' ? 0 : likeness(step).mse;
  const ranked = others
    .map((step, i) => ({ step, i, by: unlike(step) }))
    .sort((a, b) => b.by - a.by || a.i - b.i);
  return [first, ...ranked.map(({ step }) => step)].slice(0, MAX_PICTURES);
}

function samples(steps: readonly ComparedStep[]): ComparedStep[] {
  const count = Math.min(MAX_SAMPLES, steps.length);
  return Array.from(
    { length: count },
    (_, i) => steps[Math.floor(((i + 0.5) * steps.length) / count)],
  ).filter((step) => step !== undefined);
}
