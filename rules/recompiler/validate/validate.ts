import type { Comparison } from './align/compare.ts';
import { judgeCases, VMAF_NOTE } from './judge/cases.ts';
import { chunkEvents, frameEvents, frameName, MAX_LISTED } from './judge/events.ts';
import type { Findings } from './judge/findings.ts';
import { weighted } from './judge/scenes.ts';
import { triage } from './judge/triage.ts';
import {
  type DifferenceEvent,
  type PerceptualReport,
  rounded,
  type SceneReport,
  type SequenceReport,
  type SideSummary,
  type ValidationReport,
} from './report.ts';
import type { Side } from './side/side.ts';

/** What was found, as a report: no time, no path, nothing of the machine. */
export function reportOf(findings: Findings): ValidationReport {
  const { settings, frames, audio, fps, reference, capture } = findings;
  const cases = judgeCases(findings);
  const failed = cases.filter((c) => c.status === 'failed');
  const events = frameEvents(findings);
  const heard = audio && chunkEvents(audio);
  const { limits } = settings;
  return {
    schema_version: 1,
    name: settings.name,
    total: cases.length,
    passed: cases.length - failed.length,
    failed: failed.length,
    cases,
    video: {
      status: failed.length === 0 ? 'passed' : 'failed',
      fps,
      reference: summary(reference),
      capture: summary(capture),
      triage: triage(findings),
      frame_comparison: sequence(frames, limits.frameMatchRatio, reference.firstFrame, events),
      audio_comparison: audio ? sequence(audio, limits.audioMatchRatio, 0, heard ?? []) : null,
      drift: {
        frames: frames.drift,
        limit: limits.maxDriftFrames,
        audio_chunks: audio?.drift ?? null,
        audio_limit: limits.maxAudioDriftChunks,
      },
      perceptual: perceptual(findings),
      scenes: scenes(findings),
      failures: [
        ...failed.map((c) => `${c.name}: ${c.details}`),
        ...(failed.length === 0
          ? []
          : [...events.map((event) => frameLine(event, findings)), ...(heard ?? []).map(chunkLine)].slice(
              0,
              MAX_NAMED,
            )),
      ],
    },
  };
}

/** After the cases, this many frames and chunks are named in words. */
const MAX_NAMED = 20;

const summary = ({ frames, audio, pictures, sound }: Side): SideSummary => ({
  frames: frames.length,
  audio_chunks: audio?.length ?? null,
  pictures: pictures !== undefined,
  sound: sound !== undefined,
});

const sequence = (
  c: Comparison,
  threshold: number,
  first: number,
  events: readonly DifferenceEvent[],
): SequenceReport => ({
  reference: c.reference,
  captured: c.captured,
  compared: c.compared,
  matched: c.matched,
  match_ratio: rounded(c.ratio, 6) ?? 0,
  threshold,
  offset: c.offset,
  length_delta: c.captured - c.reference,
  dropped: c.missing,
  extra: c.surplus,
  duplicated: c.duplicated,
  first_difference: c.firstDifference === undefined ? null : c.firstDifference + first,
  differences: c.unmatched.slice(0, MAX_LISTED).map((position) => position + first),
  events,
});

function perceptual({
  settings: { perceptual: gates },
  scenes: scores,
  hearing,
}: Findings): PerceptualReport | null {
  if (gates === undefined) return null;
  return {
    ssim: rounded(weighted(scores, (score) => score.ssim)),
    ssim_min: gates.ssimMin,
    psnr: rounded(
      weighted(scores, (score) => score.psnr),
      2,
    ),
    psnr_min: gates.psnrMin,
    vmaf: null,
    vmaf_min: gates.vmafMin,
    vmaf_note: VMAF_NOTE,
    loudness_delta: rounded(hearing?.loudness, 2),
    loudness_delta_max: gates.lufsDeltaMax,
    true_peak_delta: rounded(hearing?.truePeak, 2),
    true_peak_delta_max: gates.peakDeltaMax,
  };
}

const scenes = ({ scenes: scores }: Findings): SceneReport[] =>
  scores.map((score) => ({
    id: score.id,
    start_frame: rounded(score.start, 0),
    end_frame: rounded(score.end, 0),
    weight: score.weight,
    frames: score.frames,
    matched: score.matched,
    ssim: rounded(score.ssim),
    psnr: rounded(score.psnr, 2),
  }));

function frameLine(event: DifferenceEvent, findings: Findings): string {
  if (event.kind === 'dropped') return `${frameName(event.reference ?? 0, findings)} is missing`;
  if (event.kind !== 'different') {
    const word = event.kind === 'duplicated' ? 'shown again' : 'too much';
    return `captured frame ${event.captured} is ${word}`;
  }
  const like = event.ssim === null ? '' : `: SSIM ${event.ssim}, PSNR ${event.psnr} dB`;
  return `${frameName(event.reference ?? 0, findings)} differs${like}`;
}

function chunkLine({ kind, reference, captured }: DifferenceEvent): string {
  if (kind === 'dropped') return `audio chunk ${reference} is missing`;
  if (kind === 'different') return `audio chunk ${reference} differs`;
  return `captured audio chunk ${captured} is ${kind === 'duplicated' ? 'heard again' : 'too much'}`;
}
