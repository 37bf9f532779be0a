import type { ComparedStep, Comparison } from '../align/compare.ts';
import { psnr } from '../picture/likeness.ts';
import { type DifferenceEvent, rounded } from '../report.ts';
import { showTime, timeOf } from '../settings/time.ts';
import type { Findings } from './findings.ts';
import { sceneOf } from './scenes.ts';

/** How many the report names one by one; the page shows all. */
export const MAX_LISTED = 100;

const KINDS: Readonly<Partial<Record<ComparedStep['kind'], DifferenceEvent['kind']>>> = {
  different: 'different',
  missing: 'dropped',
  surplus: 'extra',
  duplicated: 'duplicated',
};

/** The first frames that are not as they should be, each with its place and how unlike it is. */
export function frameEvents(findings: Findings): DifferenceEvent[] {
  const { reference, frames, likeness, fps, named } = findings;
  return listed(frames, reference.firstFrame, (step, frame) => {
    const like = step.kind === 'different' ? likeness?.(step) : undefined;
    return {
      time: frame === undefined ? null : timeOf(frame, fps),
      scene: frame === undefined ? null : (sceneOf(frame, named) ?? null),
      ssim: rounded(like?.ssim, 6),
      psnr: rounded(like && psnr(like.mse), 2),
    };
  });
}

export const chunkEvents = (audio: Comparison): DifferenceEvent[] =>
  listed(audio, 0, () => ({ time: null, scene: null, ssim: null, psnr: null }));

type Place = Pick<DifferenceEvent, 'time' | 'scene' | 'ssim' | 'psnr'>;

function listed(
  { steps }: Comparison,
  first: number,
  place: (step: ComparedStep, frame: number | undefined) => Place,
): DifferenceEvent[] {
  const events: DifferenceEvent[] = [];
  for (const step of steps) {
    const kind = KINDS[step.kind];
    if (kind === undefined) continue;
    if (events.length === MAX_LISTED) break;
    const at = positionOf(step);
    const frame = at === undefined ? undefined : at + first;
    events.push({
      kind,
      reference: step.reference === undefined ? null : step.reference + first,
      captured: step.captured ?? null,
      ...place(step, frame),
    });
  }
  return events;
}

/** In the reference: its own, or where it was found. */
const positionOf = (step: ComparedStep): number | undefined =>
  step.kind === 'surplus' || step.kind === 'duplicated' ? step.before : step.reference;

/** "frame 57 (0:00.950, scene boss)". */
export function frameName(frame: number, { fps, named }: Pick<Findings, 'fps' | 'named'>): string {
  const scene = sceneOf(frame, named);
  return `frame ${frame} (${showTime(timeOf(frame, fps))}${scene === undefined ? '' : `, scene ${scene}`})`;
}
