/** What decides whether a capture passes. */
export interface Settings {
  readonly name: string;
  readonly notes: string;
  readonly requireAudio: boolean;
  readonly limits: Limits;
  /** Absent: only what is exactly the same counts. */
  readonly perceptual: PerceptualGates | undefined;
  readonly scenes: readonly Scene[];
}

export interface Limits {
  readonly frameMatchRatio: number;
  readonly audioMatchRatio: number;
  readonly maxDriftFrames: number;
  readonly maxAudioDriftChunks: number;
  readonly maxDroppedFrames: number;
}

export interface PerceptualGates {
  readonly ssimMin: number;
  readonly psnrMin: number;
  readonly vmafMin: number;
  readonly requireVmaf: boolean;
  readonly lufsDeltaMax: number;
  readonly peakDeltaMax: number;
  /** Of samples in files that do not say their own. */
  readonly audioRate: number;
}

/** A part of the reference, in seconds. */
export interface Scene {
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly weight: number;
}

/** Of what one file says about settings, what it says. */
export interface SomeSettings {
  readonly name?: string | undefined;
  readonly notes?: string | undefined;
  readonly requireAudio?: boolean | undefined;
  readonly limits?: { readonly [K in keyof Limits]?: number | undefined };
  readonly perceptual?: PerceptualGates | undefined;
  readonly scenes?: readonly Scene[];
}

/** Without any settings, everything must be exactly the same. */
export const EXACT: Settings = {
  name: 'exact',
  notes: '',
  requireAudio: true,
  limits: {
    frameMatchRatio: 1,
    audioMatchRatio: 1,
    maxDriftFrames: 0,
    maxAudioDriftChunks: 0,
    maxDroppedFrames: 0,
  },
  perceptual: undefined,
  scenes: [],
};

/** What a file with settings leaves out. */
const USUAL: Limits = {
  frameMatchRatio: 0.92,
  audioMatchRatio: 0.9,
  maxDriftFrames: 3,
  maxAudioDriftChunks: 3,
  maxDroppedFrames: 0,
};

/** Later ones go before earlier ones, word for word; none at all: exactly the same. */
export function mergeSettings(given: readonly SomeSettings[]): Settings {
  if (given.length === 0) return EXACT;
  const last = <T>(of: (s: SomeSettings) => T | undefined): T | undefined =>
    given.map(of).findLast((v) => v !== undefined);
  const limit = (key: keyof Limits): number => last((s) => s.limits?.[key]) ?? USUAL[key];
  return {
    name: last((s) => s.name) ?? 'validation',
    notes: last((s) => s.notes) ?? '',
    requireAudio: last((s) => s.requireAudio) ?? true,
    limits: {
      frameMatchRatio: limit('frameMatchRatio'),
      audioMatchRatio: limit('audioMatchRatio'),
      maxDriftFrames: limit('maxDriftFrames'),
      maxAudioDriftChunks: last((s) => s.limits?.maxAudioDriftChunks) ?? limit('maxDriftFrames'),
      maxDroppedFrames: limit('maxDroppedFrames'),
    },
    perceptual: last((s) => s.perceptual),
    scenes: last((s) => (s.scenes?.length ? s.scenes : undefined)) ?? [],
  };
}
