import { describeToml, type KeyWords } from '../../../shared/toml/describe-toml.ts';
import { readSettings } from './validation-config.ts';

/** Also held against the reader by a test: each key has words, and no words are of another key. */
export const VALIDATION_WORDS: KeyWords = {
  name: { text: 'What the report calls this validation.' },
  notes: { text: 'For people.' },
  require_audio: { text: 'Whether a capture without sound fails. Default: true.' },
  thresholds: { text: 'What a capture must reach.' },
  'thresholds.frame_match_ratio': {
    text: 'The share of frames that must be exactly the same. Default: 0.92.',
  },
  'thresholds.audio_match_ratio': { text: 'The share of chunks that must be. Default: 0.9.' },
  'thresholds.max_drift_frames': { text: 'How far the capture may lag or lead. Default: 3.' },
  'thresholds.max_audio_drift_chunks': { text: 'How far its sound may. Default: as max_drift_frames.' },
  'thresholds.max_dropped_frames': { text: 'How many frames may be missing. Default: 0.' },
  gates: { text: 'The same in the newer spelling, and what counts where exact does not hold.' },
  'gates.hash': { text: 'The thresholds.' },
  'gates.hash.frame_match_ratio_min': { text: 'frame_match_ratio of [thresholds].' },
  'gates.hash.audio_match_ratio_min': { text: 'audio_match_ratio of [thresholds].' },
  'gates.hash.max_drift_frames': { text: 'max_drift_frames of [thresholds].' },
  'gates.hash.max_audio_drift_chunks': { text: 'max_audio_drift_chunks of [thresholds].' },
  'gates.hash.max_dropped_frames': { text: 'max_dropped_frames of [thresholds].' },
  'gates.perceptual': {
    text: 'Frames and sound by how they look and sound; without this table nothing but the same counts.',
  },
  'gates.perceptual.enabled': { text: 'False: as if this table were not there. Default: true.' },
  'gates.perceptual.ssim_min': { text: 'Structural similarity, at least. Default: 0.95.' },
  'gates.perceptual.psnr_min': { text: 'Peak signal to noise, in dB, at least. Default: 35.' },
  'gates.perceptual.vmaf_min': { text: 'VMAF, at least; it is not computed here. Default: 90.' },
  'gates.perceptual.require_vmaf': { text: 'Fail where VMAF cannot be computed. Default: false.' },
  'gates.perceptual.audio_lufs_delta_max': { text: 'Difference of loudness, in LU, at most. Default: 2.' },
  'gates.perceptual.audio_peak_delta_max': { text: 'Difference of true peak, in dB, at most. Default: 2.' },
  'gates.perceptual.audio_rate': {
    text: 'Samples a second, of sound that does not say its own. Default: 48000.',
  },
  scenes: { text: 'Parts of the reference that are judged by themselves.' },
  'scenes[].id': { text: 'Its name.', required: true },
  'scenes[].start': { text: 'Where it begins: seconds, or "h:mm:ss.mmm".', required: true },
  'scenes[].end': { text: 'Where it ends.', required: true },
  'scenes[].weight': { text: 'How much it counts. Default: 1.' },
};

/** What `validation_config.toml` may hold. */
export const validationSchema = (): object => describeToml(readSettings, VALIDATION_WORDS);
