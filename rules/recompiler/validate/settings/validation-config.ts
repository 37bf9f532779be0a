import type { Result } from '../../../../src/base/result.ts';
import { readToml, type Table } from '../../../shared/toml/read-toml.ts';
import type { PerceptualGates, Scene, SomeSettings } from './settings.ts';

/** Ten seconds: whoever is further off compares something else. */
const MAX_DRIFT = 600;
const MAX_DROPPED = 1_000_000;
const MAX_SCENES = 10_000;

/** `validation_config.toml`: name, notes, require_audio, [thresholds], [gates.hash], [gates.perceptual], [[scenes]]. */
export const parseValidationConfig = (file: string, text: string): Result<SomeSettings, string> =>
  readToml(file, text, readSettings);

/** The same words stand in `[validation]` of a reference_video.toml. */
export function readSettings(root: Table): SomeSettings {
  const gates = root.table('gates');
  const hash = gates?.table('hash');
  const perceptual = gates?.table('perceptual');
  return {
    name: root.text('name'),
    notes: root.text('notes'),
    requireAudio: root.flag('require_audio'),
    limits: readLimits(root.table('thresholds'), hash),
    perceptual: perceptual && readPerceptual(perceptual),
    scenes: readScenes(root),
  };
}

/** `[gates.hash]` is the newer spelling of `[thresholds]`; saying one thing in both would leave open which holds. */
function readLimits(
  thresholds: Table | undefined,
  hash: Table | undefined,
): NonNullable<SomeSettings['limits']> {
  const read = (older: string, newer: string, high: number, kind: 'number' | 'whole'): number | undefined => {
    const first = thresholds?.[kind](older, 0, high);
    const second = hash?.[kind](newer, 0, high);
    if (first !== undefined && second !== undefined)
      hash?.fault(newer, `${newer} is ${older} of [thresholds] again`);
    return second ?? first;
  };
  return {
    frameMatchRatio: read('frame_match_ratio', 'frame_match_ratio_min', 1, 'number'),
    audioMatchRatio: read('audio_match_ratio', 'audio_match_ratio_min', 1, 'number'),
    maxDriftFrames: read('max_drift_frames', 'max_drift_frames', MAX_DRIFT, 'whole'),
    maxAudioDriftChunks: read('max_audio_drift_chunks', 'max_audio_drift_chunks', MAX_DRIFT, 'whole'),
    maxDroppedFrames: read('max_dropped_frames', 'max_dropped_frames', MAX_DROPPED, 'whole'),
  };
}

function readPerceptual(table: Table): PerceptualGates | undefined {
  const enabled = table.flag('enabled') ?? true;
  const gates = {
    ssimMin: table.number('ssim_min', 0, 1) ?? 0.95,
    psnrMin: table.number('psnr_min', 0, 100) ?? 35,
    vmafMin: table.number('vmaf_min', 0, 100) ?? 90,
    requireVmaf: table.flag('require_vmaf') ?? false,
    lufsDeltaMax: table.number('audio_lufs_delta_max', 0, 100) ?? 2,
    peakDeltaMax: table.number('audio_peak_delta_max', 0, 100) ?? 2,
    audioRate: table.whole('audio_rate', 8000, 192_000) ?? 48_000,
  };
  return enabled ? gates : undefined;
}

function readScenes(root: Table): readonly Scene[] {
  const seen = new Set<string>();
  const scenes: Scene[] = [];
  for (const table of root.tables('scenes').slice(0, MAX_SCENES)) {
    const id = table.text('id');
    const [start, end] = [table.time('start'), table.time('end')];
    const weight = table.number('weight', 0, 1_000_000) ?? 1;
    if (id === undefined || id === '') table.fault('id', 'a scene needs an id');
    else if (seen.has(id)) table.fault('id', `the id ${JSON.stringify(id)} is used twice`);
    else if (!table.has('start') || !table.has('end')) table.fault('start', 'a scene needs start and end');
    else if (start === undefined || end === undefined) continue;
    else if (end <= start) table.fault('end', 'a scene ends after its start');
    else scenes.push({ id, start, end, weight });
    seen.add(id ?? '');
  }
  return scenes;
}
