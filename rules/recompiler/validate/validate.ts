import { type Comparison, compareHashes } from './compare.ts';
import type { ValidationConfig } from './config.ts';

export interface Hashes {
  readonly frames: readonly string[];
  readonly audio: readonly string[] | undefined;
}

export interface ValidationReport {
  readonly schema_version: 1;
  readonly name: string;
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly cases: readonly Case[];
  readonly video: {
    readonly status: Status;
    readonly triage: { readonly categories: readonly string[]; readonly findings: readonly string[]; readonly suggestions: readonly string[] };
    readonly frame_comparison: Comparison;
    readonly audio_comparison: Comparison | null;
    readonly drift: { readonly frames: number; readonly limit: number };
    readonly failures: readonly string[];
  };
}

type Status = 'passed' | 'failed';

interface Case {
  readonly name: string;
  readonly status: Status;
  readonly details: string;
}

/** Frame by frame and chunk by chunk: a function of the hashes and the thresholds alone. */
export function validate(config: ValidationConfig, reference: Hashes, capture: Hashes): ValidationReport {
  const frames = compareHashes(reference.frames, capture.frames, {
    threshold: config.frameMatchRatio,
    maxDrift: config.maxDriftFrames,
  });
  const audio =
    reference.audio && capture.audio
      ? compareHashes(reference.audio, capture.audio, { threshold: config.audioMatchRatio, maxDrift: config.maxDriftFrames })
      : null;
  const cases = [
    ratioCase('frames', 'frame', frames),
    lengthCase(frames, config.maxDroppedFrames),
    audio ? ratioCase('audio', 'audio chunk', audio) : missingAudio(config.requireAudio),
  ];
  const failures = cases.filter((c) => c.status === 'failed').map((c) => c.details);
  return {
    schema_version: 1,
    name: config.name,
    total: cases.length,
    passed: cases.length - failures.length,
    failed: failures.length,
    cases,
    video: {
      status: failures.length === 0 ? 'passed' : 'failed',
      triage: triage(frames, audio, failures),
      frame_comparison: frames,
      audio_comparison: audio,
      drift: { frames: Math.abs(frames.offset), limit: config.maxDriftFrames },
      failures,
    },
  };
}

function ratioCase(name: string, unit: string, c: Comparison): Case {
  const passed = c.compared > 0 && c.match_ratio >= c.threshold;
  const where = c.first_difference === null ? '' : `; the first that differs is ${unit} ${c.first_difference}`;
  const details = c.compared === 0 ? `there is no ${unit} to compare` : `${c.matched} of ${c.compared} ${unit}s match${where}`;
  return { name, status: passed ? 'passed' : 'failed', details };
}

function lengthCase(c: Comparison, limit: number): Case {
  const missing = Math.max(0, -c.length_delta);
  const status = missing <= limit ? 'passed' : 'failed';
  return { name: 'dropped frames', status, details: `${missing} frames are missing, ${limit} may be` };
}

const missingAudio = (required: boolean): Case => ({
  name: 'audio',
  status: required ? 'failed' : 'passed',
  details: required ? 'audio is required, and the reference or the capture has none' : 'no audio to compare',
});

function triage(frames: Comparison, audio: Comparison | null, failures: readonly string[]): ValidationReport['video']['triage'] {
  const categories: string[] = [];
  const suggestions: string[] = [];
  if (frames.first_difference !== null) {
    categories.push('picture');
    suggestions.push(`compare frame ${frames.first_difference} of reference and capture`);
  }
  if (frames.offset !== 0) categories.push('timing');
  if (frames.length_delta !== 0) categories.push('length');
  if (audio && audio.first_difference !== null) {
    categories.push('sound');
    suggestions.push(`listen to chunk ${audio.first_difference}`);
  }
  return { categories, findings: failures, suggestions };
}
