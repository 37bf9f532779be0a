import { loudness } from '../sound/loudness.ts';
import type { Sound } from '../sound/sound.ts';
import { truePeak } from '../sound/true-peak.ts';

/** How far apart two sounds are: in LU, and in dB of their true peaks. Infinite: one of them is silent. */
export interface Hearing {
  readonly loudness: number;
  readonly truePeak: number;
}

export function hear(reference: Sound | undefined, capture: Sound | undefined): Hearing | undefined {
  if (reference === undefined || capture === undefined) return undefined;
  return {
    loudness: apart(loudness(reference), loudness(capture)),
    truePeak: apart(truePeak(reference), truePeak(capture)),
  };
}

function apart(a: number | undefined, b: number | undefined): number {
  if (a === undefined && b === undefined) return 0;
  return a === undefined || b === undefined ? Number.POSITIVE_INFINITY : Math.abs(a - b);
}
