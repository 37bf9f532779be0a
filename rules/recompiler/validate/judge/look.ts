import type { ComparedStep } from '../align/compare.ts';
import { type Likeness, likeness, UNLIKE } from '../picture/likeness.ts';
import type { PictureSource } from '../picture/picture.ts';

/** Tells how alike the two frames of a step are; each pair is looked at once. Undefined: pictures are missing. */
export function lookAt(
  reference: PictureSource | undefined,
  capture: PictureSource | undefined,
): ((step: ComparedStep) => Likeness) | undefined {
  if (reference === undefined || capture === undefined) return undefined;
  const known = new Map<number, Likeness>();
  return (step) => {
    if (step.reference === undefined || step.captured === undefined) return UNLIKE;
    const found =
      known.get(step.reference) ?? likeness(reference.read(step.reference), capture.read(step.captured));
    known.set(step.reference, found);
    return found;
  };
}
