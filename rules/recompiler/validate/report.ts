/** `validation-report.json`. Its members' meaning is said in src/model/schema/validation-report.ts, which tests hold it to. */
export interface ValidationReport {
  readonly schema_version: 1;
  readonly name: string;
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly cases: readonly Case[];
  readonly video: {
    readonly status: Status;
    readonly fps: number;
    readonly reference: SideSummary;
    readonly capture: SideSummary;
    readonly triage: Triage;
    readonly frame_comparison: SequenceReport;
    readonly audio_comparison: SequenceReport | null;
    readonly drift: DriftReport;
    readonly perceptual: PerceptualReport | null;
    readonly scenes: readonly SceneReport[];
    readonly failures: readonly string[];
  };
}

export type Status = 'passed' | 'failed';

export interface Case {
  readonly name: string;
  readonly status: Status;
  readonly details: string;
}

export interface SideSummary {
  readonly frames: number;
  readonly audio_chunks: number | null;
  readonly pictures: boolean;
  readonly sound: boolean;
}

export interface Triage {
  readonly categories: readonly string[];
  readonly findings: readonly string[];
  readonly suggestions: readonly string[];
}

export interface SequenceReport {
  readonly reference: number;
  readonly captured: number;
  readonly compared: number;
  readonly matched: number;
  readonly match_ratio: number;
  readonly threshold: number;
  readonly offset: number;
  readonly length_delta: number;
  readonly dropped: number;
  readonly extra: number;
  readonly duplicated: number;
  readonly first_difference: number | null;
  readonly differences: readonly number[];
  readonly events: readonly DifferenceEvent[];
}

export interface DifferenceEvent {
  readonly kind: 'different' | 'dropped' | 'extra' | 'duplicated';
  readonly reference: number | null;
  readonly captured: number | null;
  readonly time: number | null;
  readonly scene: string | null;
  readonly ssim: number | null;
  readonly psnr: number | null;
}

export interface DriftReport {
  readonly frames: number;
  readonly limit: number;
  readonly audio_chunks: number | null;
  readonly audio_limit: number;
}

export interface PerceptualReport {
  readonly ssim: number | null;
  readonly ssim_min: number;
  readonly psnr: number | null;
  readonly psnr_min: number;
  readonly vmaf: null;
  readonly vmaf_min: number;
  readonly vmaf_note: string;
  readonly loudness_delta: number | null;
  readonly loudness_delta_max: number;
  readonly true_peak_delta: number | null;
  readonly true_peak_delta_max: number;
}

export interface SceneReport {
  readonly id: string;
  readonly start_frame: number | null;
  readonly end_frame: number | null;
  readonly weight: number;
  readonly frames: number;
  readonly matched: number;
  readonly ssim: number | null;
  readonly psnr: number | null;
}

/** The same digits on every machine, and no more than mean something. */
export const rounded = (value: number | undefined, digits = 4): number | null =>
  value === undefined || !Number.isFinite(value) ? null : Math.round(value * 10 ** digits) / 10 ** digits;
