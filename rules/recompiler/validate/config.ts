import { parse, TomlError } from 'smol-toml';
import { err, ok, type Result } from '../../../src/base/result.ts';

export interface ValidationConfig {
  readonly name: string;
  readonly requireAudio: boolean;
  readonly frameMatchRatio: number;
  readonly audioMatchRatio: number;
  readonly maxDriftFrames: number;
  readonly maxDroppedFrames: number;
}

/** Without a file: everything must be exactly the same. */
export const EXACT: ValidationConfig = {
  name: 'exact',
  requireAudio: true,
  frameMatchRatio: 1,
  audioMatchRatio: 1,
  maxDriftFrames: 0,
  maxDroppedFrames: 0,
};

const ROOT_KEYS = ['name', 'notes', 'require_audio', 'thresholds'];
const THRESHOLD_KEYS = ['frame_match_ratio', 'audio_match_ratio', 'max_drift_frames', 'max_dropped_frames'];
const MAX_DRIFT = 600;

export function parseValidationConfig(text: string): Result<ValidationConfig, string> {
  let root: Readonly<Record<string, unknown>>;
  try {
    root = parse(text);
  } catch (error) {
    if (error instanceof TomlError) return err(`line ${error.line}, column ${error.column}: not valid TOML`);
    throw error;
  }
  const thresholds = isTable(root['thresholds']) ? root['thresholds'] : {};
  const unknown =
    Object.keys(root).find((key) => !ROOT_KEYS.includes(key)) ??
    Object.keys(thresholds).find((key) => !THRESHOLD_KEYS.includes(key));
  if (unknown !== undefined) return err(`unknown key "${unknown}"; known: ${[...ROOT_KEYS, ...THRESHOLD_KEYS].join(', ')}`);
  const number = (key: string, otherwise: number, high: number): number => {
    const value = thresholds[key] ?? otherwise;
    return typeof value === 'number' && value >= 0 && value <= high ? value : Number.NaN;
  };
  const name = root['name'] ?? EXACT.name;
  const requireAudio = root['require_audio'] ?? true;
  const config = {
    frameMatchRatio: number('frame_match_ratio', 1, 1),
    audioMatchRatio: number('audio_match_ratio', 1, 1),
    maxDriftFrames: number('max_drift_frames', 0, MAX_DRIFT),
    maxDroppedFrames: number('max_dropped_frames', 0, MAX_DRIFT),
  };
  if (typeof name !== 'string' || typeof requireAudio !== 'boolean') return err('name is text, require_audio true or false');
  if (Object.values(config).some(Number.isNaN) || !Number.isInteger(config.maxDriftFrames))
    return err(`a threshold is out of range: ratios from 0 to 1, frames from 0 to ${MAX_DRIFT}`);
  return ok({ name, requireAudio, ...config });
}

const isTable = (v: unknown): v is Readonly<Record<string, unknown>> =>
  typeof v === 'object' && v !== null && !Array.isArray(v);
