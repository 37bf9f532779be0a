import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXACT, mergeSettings } from '../../../rules/recompiler/validate/settings/settings.ts';
import { showTime, timeOf } from '../../../rules/recompiler/validate/settings/time.ts';
import { parseValidationConfig } from '../../../rules/recompiler/validate/settings/validation-config.ts';
import {
  parseCaptureConfig,
  parseReferenceConfig,
} from '../../../rules/recompiler/validate/settings/video-config.ts';
import { parseTime } from '../../../src/base/parse-time.ts';

const faults = (text: string): string[] => {
  const result = parseValidationConfig('v.toml', text);
  return result.ok ? [] : result.error.split('\n');
};
const settingsOf = (text: string) => {
  const result = parseValidationConfig('v.toml', text);
  if (!result.ok) throw new Error(result.error);
  return mergeSettings([result.value]);
};

describe('validation_config.toml', () => {
  it('has the usual limits where it says nothing, and no file means exactly the same', () => {
    expect(settingsOf('').limits).toEqual({
      frameMatchRatio: 0.92,
      audioMatchRatio: 0.9,
      maxDriftFrames: 3,
      maxAudioDriftChunks: 3,
      maxDroppedFrames: 0,
    });
    expect(mergeSettings([])).toBe(EXACT);
    expect(settingsOf('').perceptual).toBeUndefined();
  });

  it('reads every key', () => {
    const text = `name = "n"
notes = "m"
require_audio = false
[thresholds]
max_dropped_frames = 4
[gates.hash]
frame_match_ratio_min = 0.5
audio_match_ratio_min = 0.25
max_drift_frames = 7
max_audio_drift_chunks = 8
[gates.perceptual]
enabled = true
ssim_min = 0.8
psnr_min = 30
vmaf_min = 70
require_vmaf = true
audio_lufs_delta_max = 1.5
audio_peak_delta_max = 1
audio_rate = 44100
[[scenes]]
id = "one"
start = 1
end = "1:02.5"
weight = 2`;
    expect(settingsOf(text)).toEqual({
      name: 'n',
      notes: 'm',
      requireAudio: false,
      limits: {
        frameMatchRatio: 0.5,
        audioMatchRatio: 0.25,
        maxDriftFrames: 7,
        maxAudioDriftChunks: 8,
        maxDroppedFrames: 4,
      },
      perceptual: {
        ssimMin: 0.8,
        psnrMin: 30,
        vmafMin: 70,
        requireVmaf: true,
        lufsDeltaMax: 1.5,
        peakDeltaMax: 1,
        audioRate: 44_100,
      },
      scenes: [{ id: 'one', start: 1, end: 62.5, weight: 2 }],
    });
    expect(settingsOf('[gates.perceptual]\nenabled = false').perceptual).toBeUndefined();
  });

  it.each([
    [
      'frame_match = 1',
      'v.toml:1:1: unknown key "frame_match"; known: gates, name, notes, require_audio, scenes, thresholds',
    ],
    ['nmae = "x"', 'v.toml:1:1: unknown key "nmae"; did you mean name?'],
    [
      'name = "x"\n[thresholds]\n  frame_match_ration = 1',
      'v.toml:3:3: unknown key "frame_match_ration"; did you mean frame_match_ratio?',
    ],
    ['[gates.perceptual]\nssim = 1', 'v.toml:2:1: unknown key "ssim"; did you mean ssim_min?'],
    ['[gates]\nhsh = {}', 'v.toml:2:1: unknown key "hsh"; did you mean hash?'],
    [
      '[[scenes]]\nid = "a"\nstart = 0\nend = 1\n[[scenes]]\nid = "b"\nstart = 0\nend = 1\nwieght = 2',
      'v.toml:9:1: unknown key "wieght"; did you mean weight?',
    ],
    [
      'scenes = [\n]\nthresholds = { max_drift_frames = 1, max_drift = 2 }',
      'v.toml:3:38: unknown key "max_drift"; did you mean max_drift_frames?',
    ],
    [
      'notes = """\nname = 1\n"""\nxyz = 1',
      'v.toml:4:1: unknown key "xyz"; known: gates, name, notes, require_audio, scenes, thresholds',
    ],
    ['name = 3', 'v.toml:1:1: name is a text'],
    ['[thresholds]\nframe_match_ratio = 2', 'v.toml:2:1: frame_match_ratio is a number from 0 to 1'],
    ['[thresholds]\nmax_drift_frames = 1.5', 'v.toml:2:1: max_drift_frames is a whole number from 0 to 600'],
    ['[thresholds]\nmax_drift_frames = nan', 'v.toml:2:1: max_drift_frames is a whole number from 0 to 600'],
    ['thresholds = 1', 'v.toml:1:1: [thresholds] is a table'],
    [
      '[thresholds]\nframe_match_ratio = 1\n[gates.hash]\nframe_match_ratio_min = 1',
      'v.toml:4:1: frame_match_ratio_min is frame_match_ratio of [thresholds] again',
    ],
    ['[[scenes]]\nid = "a"\nstart = 2\nend = 1', 'v.toml:4:1: a scene ends after its start'],
    [
      '[[scenes]]\nid = "a"\nstart = "soon"\nend = 1',
      'v.toml:3:1: start is a time: seconds, or "h:mm:ss.mmm"',
    ],
    ['[[scenes]]\nstart = 0\nend = 1', 'v.toml:1:1: a scene needs an id'],
  ])('refuses %j with its place', (text, message) => {
    expect(faults(text)).toContain(message);
  });

  it('says where it is not TOML', () => {
    expect(faults('name = "a"\n[')[0]).toMatch(/^v\.toml:2:\d+: /);
  });

  it('reports all mistakes in the order of their lines', () => {
    expect(faults('b = 1\na = 1\n[thresholds]\nc = 1').map((f) => f.split(':')[1])).toEqual(['1', '2', '4']);
  });

  it('survives any text', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseValidationConfig('v.toml', text)));
  });
});

describe('reference_video.toml and capture_video.toml', () => {
  it('are read whole', () => {
    const text = `[video]
path = "v.mp4"
width = 1280
height = 720
fps = 59.94
[normalization]
whatever = true
[timeline]
start = "0:01"
end = 3
[[timeline.events]]
name = "title"
time = 2
[hashes.frames]
format = "list"
path = "frames.hashes"
[hashes.audio]
format = "file"
path = "audio.wav"
[validation]
name = "v"
require_audio = false
[validation.thresholds]
max_drift_frames = 1`;
    const result = parseReferenceConfig('r.toml', text);
    expect(result).toMatchObject({
      ok: true,
      value: {
        video: { width: 1280, height: 720, fps: 59.94 },
        timeline: { start: 1, end: 3, events: [{ name: 'title', time: 2 }] },
        frames: { format: 'list', path: 'frames.hashes' },
        audio: { format: 'file', path: 'audio.wav' },
        settings: { name: 'v', requireAudio: false, limits: { maxDriftFrames: 1 } },
      },
    });
  });

  it.each([
    ['[hashes.frames]\nformat = "lists"\npath = "x"', 'c.toml:2:1: format is one of list, directory, file'],
    ['[video]\nwidth = 1', 'c.toml:1:1: [video] has width, height and fps'],
    ['[timeline]\nstart = 0', 'c.toml:1:1: unknown key "timeline"; known: hashes, video'],
  ])('refuse %j', (text, message) => {
    const result = parseCaptureConfig('c.toml', text);
    expect(result.ok ? [] : result.error.split('\n')).toContain(message);
  });

  it('go behind what validation_config.toml says', () => {
    const merged = mergeSettings([
      { name: 'reference', limits: { maxDriftFrames: 1, maxDroppedFrames: 9 } },
      { limits: { maxDriftFrames: 2 } },
    ]);
    expect(merged).toMatchObject({
      name: 'reference',
      limits: { maxDriftFrames: 2, maxAudioDriftChunks: 2, maxDroppedFrames: 9 },
    });
  });
});

describe('times', () => {
  it.each([
    [2.5, 2.5],
    ['2.5', 2.5],
    ['1:02', 62],
    ['1:01:02.250', 3662.25],
    [-1, undefined],
    ['-1', undefined],
    ['1:2:3:4', undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [true, undefined],
  ])('%j is %j seconds', (text, seconds) => {
    expect(parseTime(text)).toBe(seconds);
  });

  it('are shown as people write them', () => {
    expect([showTime(0.95), showTime(62), showTime(3662.25)]).toEqual([
      '0:00.950',
      '1:02.000',
      '1:01:02.250',
    ]);
    expect(timeOf(57, 60)).toBe(0.95);
  });
});
