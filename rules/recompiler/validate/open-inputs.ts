import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuse } from './bad-input.ts';
import { pictureHashes } from './picture/picture-hash.ts';
import { mergeSettings, type Settings, type SomeSettings } from './settings/settings.ts';
import { frameAt } from './settings/time.ts';
import { parseValidationConfig } from './settings/validation-config.ts';
import type { Timeline } from './settings/video-config.ts';
import { parseCaptureConfig, parseReferenceConfig } from './settings/video-config.ts';
import { areOfPictures } from './side/hash-list.ts';
import { markersIn } from './side/markers.ts';
import { cutToTimeline, openConfig } from './side/open-config.ts';
import { openFolder } from './side/open-folder.ts';
import type { Material, Side } from './side/side.ts';

export interface InputPaths {
  /** A folder, or a reference_video.toml. */
  readonly reference: string;
  /** A folder, or a capture_video.toml. */
  readonly capture: string;
  /** A capture_video.toml of what lies in the capture's folder. */
  readonly captureConfig?: string | undefined;
  /** Where frames and sound lie, if not where configuration or folder say. */
  readonly referenceMaterial?: Material;
  readonly captureMaterial?: Material;
  /** A validation_config.toml. */
  readonly config?: string | undefined;
  /** Another one, which stands above it. */
  readonly gates?: string | undefined;
}

export interface Inputs {
  readonly settings: Settings;
  readonly fps: number;
  readonly reference: Side;
  readonly capture: Side;
  readonly events: Timeline['events'];
}

/** Of the runtime's screen, where no video says another rate. */
const FPS = 60;

/** Everything that is compared, and by which settings; a fault in it ends the reading. */
export function openInputs(paths: InputPaths): Inputs {
  const configs = [paths.config, paths.gates].flatMap((path) =>
    path === undefined ? [] : [parsed(path, parseValidationConfig)],
  );
  const video = isToml(paths.reference) ? parsed(paths.reference, parseReferenceConfig) : undefined;
  const given: SomeSettings[] = [...(video?.settings ? [video.settings] : []), ...configs];
  const settings = mergeSettings(given);
  const rate = settings.perceptual?.audioRate;
  const capture = openCapture(paths, rate);
  const fps = video?.video?.fps ?? capture.video?.fps ?? FPS;
  const material = paths.referenceMaterial ?? {};
  const whole = video
    ? openConfig(paths.reference, video, material, undefined, rate)
    : openFolder(paths.reference, material);
  insideTimeline(paths.reference, whole, video?.timeline, fps);
  const sides = sameHashes(cutToTimeline(whole, video?.timeline, fps), capture);
  return {
    settings,
    fps,
    ...sides,
    events: [...(video?.timeline?.events ?? []), ...markersIn(paths.capture)],
  };
}

/** A timeline that begins behind the last frame leaves nothing to compare with. */
function insideTimeline(file: string, { frames }: Side, timeline: Timeline | undefined, fps: number): void {
  if (timeline === undefined || frames.length === 0) return;
  const first = frameAt(timeline.start, fps);
  if (first >= frames.length)
    refuse(
      `${file}: [timeline] begins at ${timeline.start} s, which is frame ${first} at ${fps} a second, and the reference ends with frame ${frames.length - 1}`,
    );
}

function openCapture(
  { capture, captureConfig, captureMaterial = {} }: InputPaths,
  rate: number | undefined,
): Side {
  const file = captureConfig ?? (isToml(capture) ? capture : undefined);
  if (file === undefined) return openFolder(capture, captureMaterial);
  const config = parsed(file, parseCaptureConfig);
  if (file === capture) return openConfig(file, config, captureMaterial, undefined, rate);
  // Whoever made the folder has hashed what the configuration names.
  if (existsSync(join(capture, 'frames.hashes')))
    return { ...openFolder(capture, captureMaterial), video: config.video };
  return openConfig(file, config, captureMaterial, capture, rate);
}

const isToml = (path: string): boolean => path.endsWith('.toml');

function parsed<T>(
  path: string,
  parse: (file: string, text: string) => { ok: true; value: T } | { ok: false; error: string },
): T {
  const result = parse(path, readFileSync(path, 'utf8'));
  return result.ok ? result.value : refuse(result.error);
}

/** Some lists have the hashes of pictures, some those of files: both sides get the kind that both can have. */
function sameHashes(reference: Side, capture: Side): { reference: Side; capture: Side } {
  const ofPictures = [areOfPictures(reference.frames), areOfPictures(capture.frames)];
  if (ofPictures[0] === ofPictures[1]) return { reference, capture };
  const common = (side: Side, other: Side): Side => {
    if (areOfPictures(side.frames))
      return other.pictures || !side.frameFileHashes ? side : { ...side, frames: side.frameFileHashes() };
    return side.pictures ? { ...side, frames: pictureHashes(side.pictures) } : side;
  };
  return { reference: common(reference, capture), capture: common(capture, reference) };
}
