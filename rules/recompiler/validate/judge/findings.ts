import { type Comparison, compareHashes } from '../align/compare.ts';
import type { Likeness } from '../picture/likeness.ts';
import { roughDifference } from '../picture/thumbnail.ts';
import type { Settings } from '../settings/settings.ts';
import type { Side } from '../side/side.ts';
import { type Hearing, hear } from './hear.ts';
import { lookAt } from './look.ts';
import { type SceneFrames, type SceneScore, sceneFrames, scoreScenes } from './scenes.ts';

/** Everything that was found out about a capture; what it means is decided by cases. */
export interface Findings {
  readonly settings: Settings;
  readonly fps: number;
  readonly reference: Side;
  readonly capture: Side;
  readonly frames: Comparison;
  readonly audio: Comparison | undefined;
  /** Of steps that are different pairs; undefined: there are no pictures to look at. */
  readonly likeness: ((step: Comparison['steps'][number]) => Likeness) | undefined;
  readonly hearing: Hearing | undefined;
  /** Those that the settings name; they give frames their scene. */
  readonly named: readonly SceneFrames[];
  readonly scenes: readonly SceneScore[];
}

/** How far apart two thumbnails must be to count as another picture altogether. */
const OTHER_PICTURE = 16;

export function examine(settings: Settings, fps: number, reference: Side, capture: Side): Findings {
  const { limits } = settings;
  const rough =
    reference.pictures && capture.pictures
      ? roughDifference(reference.pictures, capture.pictures)
      : undefined;
  const frames = compareHashes(reference.frames, capture.frames, {
    maxDrift: limits.maxDriftFrames,
    ...(rough ? { unlikeness: (r: number, c: number) => rough(r, c) / OTHER_PICTURE } : {}),
  });
  const audio =
    reference.audio && capture.audio
      ? compareHashes(reference.audio, capture.audio, { maxDrift: limits.maxAudioDriftChunks })
      : undefined;
  const likeness = lookAt(reference.pictures, capture.pictures);
  const named = sceneFrames(settings.scenes, fps);
  const { firstFrame } = reference;
  const whole = { id: 'all', start: firstFrame, end: firstFrame + reference.frames.length, weight: 1 };
  return {
    settings,
    fps,
    reference,
    capture,
    frames,
    audio,
    likeness,
    // What is exactly the same sounds the same.
    hearing: audio?.firstDifference === undefined ? undefined : hear(reference.sound, capture.sound),
    named,
    scenes: scoreScenes(frames.steps, firstFrame, named.length > 0 ? named : [whole], likeness),
  };
}
