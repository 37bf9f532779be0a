import { describe, expect, it } from 'vitest';
import { hear } from '../../../rules/recompiler/validate/judge/hear.ts';
import { EXACT } from '../../../rules/recompiler/validate/settings/settings.ts';
import { loudness } from '../../../rules/recompiler/validate/sound/loudness.ts';
import { isWav, type Sound, soundOfRaw, soundOfWav } from '../../../rules/recompiler/validate/sound/sound.ts';
import { truePeak } from '../../../rules/recompiler/validate/sound/true-peak.ts';
import { failedCases, judge, list, settings, sideOf } from './validate-sides.ts';

function sine(
  hertz: number,
  amplitude: number,
  { seconds = 3, rate = 48_000, channels = 2, phase = 0 } = {},
): Sound {
  const wave = Float32Array.from(
    { length: seconds * rate },
    (_, i) => amplitude * Math.sin(phase + (2 * Math.PI * hertz * i) / rate),
  );
  return { rate, channels: Array.from({ length: channels }, () => wave) };
}

describe('loudness', () => {
  // The standard's own statement: a full-scale sine of 997 Hz in one channel reads -3.01 LUFS.
  it.each([48_000, 44_100, 96_000])('is what the standard says at %i Hz', (rate) => {
    expect(loudness(sine(997, 1, { rate, channels: 1 }))).toBeCloseTo(-3.01, 1);
    expect(loudness(sine(997, 1, { rate }))).toBeCloseTo(0, 1);
    expect(loudness(sine(997, 0.1, { rate }))).toBeCloseTo(-20, 1);
  });

  it('does not count silence between sounds', () => {
    const { rate, channels } = sine(997, 0.5);
    const padded = channels.map((c) => Float32Array.from([...c, ...new Float32Array(rate * 5)]));
    expect(loudness({ rate, channels: padded })).toBeCloseTo(loudness({ rate, channels }) ?? 0, 0);
    expect(loudness({ rate, channels: [new Float32Array(rate)] })).toBeUndefined();
    expect(loudness({ rate, channels: [] })).toBeUndefined();
  });

  it('weighs low tones less', () => {
    expect(loudness(sine(30, 0.5))).toBeLessThan((loudness(sine(997, 0.5)) ?? 0) - 5);
  });
});

describe('true peak', () => {
  it('is found between the samples', () => {
    const between = sine(12_000, 1, { phase: Math.PI / 4 });
    const highest = Math.max(...(between.channels[0] ?? []).slice(0, 100));
    expect(20 * Math.log10(highest)).toBeCloseTo(-3.01, 1);
    expect(truePeak(between)).toBeGreaterThan(-0.6);
    expect(truePeak(between)).toBeLessThan(0.6);
    expect(truePeak(sine(997, 0.5))).toBeCloseTo(-6.02, 1);
    expect(truePeak({ rate: 48_000, channels: [new Float32Array(10)] })).toBeUndefined();
  });
});

describe('sound files', () => {
  const raw = Buffer.from(Int16Array.from([0, 16_384, -32_768, 8192]).buffer);

  it('are read as samples', () => {
    expect(soundOfRaw(raw, 2, 48_000).channels.map((c) => [...c])).toEqual([
      [0, -1],
      [0.5, 0.25],
    ]);
    const header = Buffer.alloc(44);
    header.write('RIFF', 0);
    header.writeUInt32LE(36 + raw.length, 4);
    header.write('WAVEfmt ', 8);
    header.writeUInt32LE(16, 16);
    header.writeUInt16LE(1, 20);
    header.writeUInt16LE(2, 22);
    header.writeUInt32LE(44_100, 24);
    header.writeUInt16LE(16, 34);
    header.write('data', 36);
    header.writeUInt32LE(raw.length, 40);
    const wav = Buffer.concat([header, raw]);
    expect(isWav(wav)).toBe(true);
    expect(soundOfWav(wav)).toEqual({ ...soundOfRaw(raw, 2, 48_000), rate: 44_100 });
    header.writeUInt16LE(24, 34);
    expect(soundOfWav(Buffer.concat([header, raw]))).toBeUndefined();
    expect(soundOfWav(wav.subarray(0, 20))).toBeUndefined();
  });
});

describe('a verdict on sound', () => {
  const perceptual = {
    ssimMin: 0.95,
    psnrMin: 35,
    vmafMin: 90,
    requireVmaf: false,
    lufsDeltaMax: 2,
    peakDeltaMax: 2,
    audioRate: 48_000,
  };
  const frames = list(3, 'f');
  const reference = sideOf(frames, list(4, 'a'), { sound: sine(440, 0.5) });
  const capture = (amplitude: number) => sideOf(frames, list(4, 'b'), { sound: sine(440, amplitude) });
  const by = settings({}, { perceptual });

  it('lets pass what is about as loud, where gates say so', () => {
    expect(failedCases(judge(capture(0.45), EXACT, reference))).toEqual(['audio']);
    const report = judge(capture(0.45), by, reference);
    expect(report.failed).toBe(0);
    expect(report.video.perceptual?.loudness_delta).toBeCloseTo(0.92, 1);
    expect(report.video.perceptual?.true_peak_delta).toBeCloseTo(0.92, 1);
  });

  it('fails what is louder, silent, or unknown', () => {
    expect(failedCases(judge(capture(0.9), by, reference))).toEqual(['audio']);
    expect(failedCases(judge(capture(0), by, reference))).toEqual(['audio']);
    expect(failedCases(judge(sideOf(frames, list(4, 'b')), by, reference))).toEqual(['audio']);
    expect(hear(reference.sound, capture(0).sound)?.loudness).toBe(Number.POSITIVE_INFINITY);
  });
});
