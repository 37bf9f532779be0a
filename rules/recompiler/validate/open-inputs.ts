import { readFileSync } from 'node:fs';
import { refuse } from './bad-input.ts';
import { mergeSettings, type Settings, type SomeSettings } from './settings/settings.ts';
import { parseValidationConfig } from './settings/validation-config.ts';
import type { Timeline } from './settings/video-config.ts';
import { parseCaptureConfig, parseReferenceConfig } from './settings/video-config.ts';
import { areOfPictures } from './side/hash-list.ts';
import { cutToTimeline, openConfig } from './side/open-config.ts';
import { openFolder } from './side/open-folder.ts';
import type { Side } from './side/side.ts';

export interface InputPaths {
  /** A folder, or a reference_video.toml. */
  readonly reference: string;
  /** A folder, or a capture_video.toml. */
  readonly capture: string;
  /** A capture_video.toml whose files lie in the capture's folder. */
  readonly captureConfig?: string | undefined;
  /** A validation_config.toml. */
  readonly config?: string | undefined;
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
  const config = paths.config === undefined ? undefined : parsed(paths.config, parseValidationConfig);
  const video = isToml(paths.reference) ? parsed(paths.reference, parseReferenceConfig) : undefined;
  const given: SomeSettings[] = [...(video?.settings ? [video.settings] : []), ...(config ? [config] : [])];
  const settings = mergeSettings(given);
  const rate = settings.perceptual?.audioRate;
  const capture = openCapture(paths, rate);
  const fps = video?.video?.fps ?? capture.video?.fps ?? FPS;
  const whole = video ? openConfig(paths.reference, video, undefined, rate) : openFolder(paths.reference);
  const sides = sameHashes(cutToTimeline(whole, video?.timeline, fps), capture);
  return { settings, fps, ...sides, events: video?.timeline?.events ?? [] };
}

function openCapture({ capture, captureConfig }: InputPaths, rate: number | undefined): Side {
  const file = captureConfig ?? (isToml(capture) ? capture : undefined);
  if (file === undefined) return openFolder(capture);
  return openConfig(file, parsed(file, parseCaptureConfig), file === capture ? undefined : capture, rate);
}

const isToml = (path: string): boolean => path.endsWith('.toml');

function parsed<T>(
  path: string,
  parse: (file: string, text: string) => { ok: true; value: T } | { ok: false; error: string },
): T {
  const result = parse(path, readFileSync(path, 'utf8'));
  return result.ok ? result.value : refuse(result.error);
}

/** A list that others made has the hashes of files; then those of the other side's files are what it is held against. */
function sameHashes(reference: Side, capture: Side): { reference: Side; capture: Side } {
  const ofPictures = [areOfPictures(reference.frames), areOfPictures(capture.frames)];
  if (ofPictures[0] === ofPictures[1]) return { reference, capture };
  const asFiles = (side: Side): Side =>
    side.frameFileHashes ? { ...side, frames: side.frameFileHashes() } : side;
  return { reference: asFiles(reference), capture: asFiles(capture) };
}
