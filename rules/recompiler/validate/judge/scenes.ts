import type { ComparedStep } from '../align/compare.ts';
import { type Likeness, psnr, SAME, UNLIKE } from '../picture/likeness.ts';
import type { Scene } from '../settings/settings.ts';
import { frameAt } from '../settings/time.ts';

/** A scene in frames of the reference; `end` is no part of it. What no scene covers begins and ends nowhere. */
export interface SceneFrames {
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly weight: number;
}

export interface SceneScore extends SceneFrames {
  readonly frames: number;
  readonly matched: number;
  /** Means over its frames; a frame that is missing is as unlike as can be. Undefined: there are no pictures. */
  readonly ssim: number | undefined;
  readonly psnr: number | undefined;
}

/** The id of what no scene covers. */
export const ELSEWHERE = 'elsewhere';

export const sceneFrames = (scenes: readonly Scene[], fps: number): readonly SceneFrames[] =>
  scenes.map(({ id, start, end, weight }) => ({
    id,
    start: frameAt(start, fps),
    end: frameAt(end, fps),
    weight,
  }));

export const sceneOf = (frame: number, scenes: readonly SceneFrames[]): string | undefined =>
  scenes.find((scene) => frame >= scene.start && frame < scene.end)?.id;

interface Sums {
  frames: number;
  matched: number;
  ssim: number;
  mse: number;
}

/** Each scene's own score, and that of the rest; `likeness` is of a step that is a different pair. */
export function scoreScenes(
  steps: readonly ComparedStep[],
  firstFrame: number,
  scenes: readonly SceneFrames[],
  likeness: ((step: ComparedStep) => Likeness) | undefined,
): readonly SceneScore[] {
  const rest: SceneFrames = { id: ELSEWHERE, start: Number.NaN, end: Number.NaN, weight: 1 };
  const all: readonly SceneFrames[] = [...scenes, rest];
  const sums = all.map((): Sums => ({ frames: 0, matched: 0, ssim: 0, mse: 0 }));
  for (const step of steps) {
    if (step.reference === undefined || step.kind === 'outside') continue;
    const frame = step.reference + firstFrame;
    const like = likenessOf(step, likeness);
    const within = scenes.flatMap(({ start, end }, i) => (frame >= start && frame < end ? [i] : []));
    for (const i of within.length > 0 ? within : [scenes.length]) add(sums[i], step.kind === 'same', like);
  }
  return all.flatMap((scene, i) => {
    const sum = sums[i];
    if (sum === undefined || (scene === rest && sum.frames === 0)) return [];
    const known = likeness !== undefined && sum.frames > 0;
    return [
      {
        ...scene,
        frames: sum.frames,
        matched: sum.matched,
        ssim: known ? sum.ssim / sum.frames : undefined,
        psnr: known ? psnr(sum.mse / sum.frames) : undefined,
      },
    ];
  });
}

function likenessOf(step: ComparedStep, likeness: ((step: ComparedStep) => Likeness) | undefined): Likeness {
  if (step.kind === 'same' || step.kind === 'shifted') return SAME;
  return step.kind === 'different' && likeness !== undefined ? likeness(step) : UNLIKE;
}

function add(sum: Sums | undefined, matched: boolean, { ssim, mse }: Likeness): void {
  if (sum === undefined) return;
  sum.frames++;
  if (matched) sum.matched++;
  sum.ssim += ssim;
  sum.mse += mse;
}

/** The mean of scenes by their weights; undefined where nothing has weight, or nothing is known. */
export function weighted(
  scores: readonly SceneScore[],
  of: (score: SceneScore) => number | undefined,
): number | undefined {
  let [sum, weights] = [0, 0];
  for (const score of scores) {
    const value = of(score);
    if (value === undefined) continue;
    sum += value * score.weight;
    weights += score.weight;
  }
  return weights === 0 ? undefined : sum / weights;
}
