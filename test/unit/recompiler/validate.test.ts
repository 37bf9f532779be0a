import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXACT } from '../../../rules/recompiler/validate/settings/settings.ts';
import {
  failedCases,
  filmed,
  judge,
  list,
  moving,
  same,
  settings,
  sideOf,
  withByte,
} from './validate-sides.ts';

const { frames } = same;
const audio = same.audio ?? [];

describe('a verdict on hashes', () => {
  it('passes what is the same', () => {
    const report = judge(same);
    expect(report).toMatchObject({
      total: 5,
      passed: 5,
      failed: 0,
      video: { status: 'passed', failures: [] },
    });
    expect(report.video.triage).toEqual({ categories: [], findings: [], suggestions: [] });
  });

  it('names the frame that differs, whichever it is, and fails', () => {
    fc.assert(
      fc.property(fc.nat(49), (n) => {
        const report = judge(sideOf(frames.with(n, 'other'), audio));
        expect(failedCases(report)).toEqual(['frames']);
        expect(report.video.frame_comparison).toMatchObject({
          first_difference: n,
          differences: [n],
          matched: 49,
        });
        expect(report.video.failures[0]).toContain(`frame ${n} (`);
        expect(report.video.frame_comparison.events).toMatchObject([
          { kind: 'different', reference: n, captured: n },
        ]);
      }),
    );
  });

  it('names the chunk from which the sound is late, and fails', () => {
    fc.assert(
      fc.property(fc.nat(46), (n) => {
        const late = [...audio.slice(0, n), 'silence', ...audio.slice(n, 49)];
        const report = judge(sideOf(frames, late));
        expect(failedCases(report)).toEqual(['audio', 'audio drift']);
        expect(report.video.audio_comparison).toMatchObject({
          matched: n,
          first_difference: n,
          offset: n < 25 ? 1 : 0,
        });
        expect(report.video.failures).toContain(
          `audio: ${n} of 50 audio chunks match; the first that differs is audio chunk ${n}`,
        );
        expect(report.video.triage.findings).toContain(`the sound is 1 chunk late from chunk ${n} on`);
      }),
    );
  });

  it('gives the time and the scene', () => {
    const scenes = [{ id: 'boss', start: 0.5, end: 0.75, weight: 1 }];
    const report = judge(sideOf(frames.with(31, 'x'), audio), settings({}, { scenes }));
    expect(report.video.failures[0]).toContain('the first that differs is frame 31 (0:00.517, scene boss)');
    expect(report.video.frame_comparison.events).toMatchObject([{ time: 0.517, scene: 'boss' }]);
    expect(report.video.scenes).toMatchObject([
      { id: 'boss', start_frame: 30, end_frame: 45, frames: 15, matched: 14 },
      { id: 'elsewhere', start_frame: null, frames: 35, matched: 35 },
    ]);
  });

  it('fails a scene that the reference does not reach', () => {
    const scenes = [{ id: 'credits', start: 100, end: 101, weight: 1 }];
    expect(failedCases(judge(same, settings({}, { scenes })))).toEqual(['scene credits']);
  });

  it('fails where frames are missing or too many, or there are none', () => {
    expect(failedCases(judge(sideOf(frames.slice(0, 49), audio)))).toEqual(['frames', 'dropped frames']);
    expect(failedCases(judge(sideOf([...frames, 'more'], audio)))).toEqual(['frames']);
    expect(failedCases(judge(sideOf([], audio), EXACT, sideOf([], audio)))).toEqual(['frames']);
  });

  it('wants audio where audio is required', () => {
    expect(failedCases(judge(same, EXACT, sideOf(frames)))).toEqual(['audio']);
    expect(judge(same, settings({}, { requireAudio: false }), sideOf(frames)).failed).toBe(0);
  });

  it('fails another size or rate of the video', () => {
    const video = { width: 1280, height: 720, fps: 60 };
    const reference = sideOf(frames, audio, { video });
    expect(
      failedCases(judge(sideOf(frames, audio, { video: { ...video, fps: 30 } }), EXACT, reference)),
    ).toEqual(['format']);
    expect(judge(sideOf(frames, audio, { video }), EXACT, reference).failed).toBe(0);
  });

  it('numbers frames as the whole reference does', () => {
    const report = judge(
      sideOf(frames.slice(10).with(5, 'x'), audio),
      EXACT,
      sideOf(frames.slice(10), audio, { firstFrame: 10 }),
    );
    expect(report.video.frame_comparison).toMatchObject({ first_difference: 15, differences: [15] });
    expect(report.video.failures[0]).toContain('frame 15 (0:00.250)');
  });

  it('is the same each time, byte by byte', () => {
    const once = () => JSON.stringify(judge(sideOf(frames.with(3, 'x').slice(0, 40), audio)));
    expect(once()).toBe(once());
  });
});

describe('drift', () => {
  const late = (by: number): string[] => [...list(by, 'boot'), ...frames.slice(0, 50 - by)];

  it('may be as large as is allowed', () => {
    const report = judge(sideOf(late(3), audio), settings({ maxDriftFrames: 3 }));
    expect(report.failed).toBe(0);
    expect(report.video.frame_comparison).toMatchObject({
      offset: 3,
      matched: 47,
      compared: 47,
      match_ratio: 1,
    });
    expect(report.video.drift).toMatchObject({ frames: 3, limit: 3 });
  });

  it('fails when it is larger, and is still measured', () => {
    const report = judge(sideOf(late(5), audio), settings({ maxDriftFrames: 3, frameMatchRatio: 0 }));
    expect(failedCases(report)).toContain('drift');
    expect(report.video.drift).toMatchObject({ frames: 5, limit: 3 });
    expect(report.video.frame_comparison.offset).toBe(5);
    expect(report.video.triage.findings).toContain('the capture is 5 frames late from the start');
  });

  it('fails when it grows in the middle, though enough frames match', () => {
    const slow = [...frames.slice(0, 48), ...list(4, 'stutter'), ...frames.slice(48)];
    const report = judge(sideOf(slow, audio), settings({ maxDriftFrames: 3, frameMatchRatio: 0.8 }));
    expect(report.video.frame_comparison.match_ratio).toBeGreaterThan(0.8);
    expect(failedCases(report)).toEqual(['drift']);
  });

  it('finds an early capture as well', () => {
    const report = judge(sideOf([...frames.slice(2), 'x', 'y'], audio), settings({ maxDriftFrames: 2 }));
    expect(report.failed).toBe(0);
    expect(report.video.frame_comparison).toMatchObject({ offset: -2, matched: 48 });
  });

  it('of the sound has its own limit', () => {
    const shifted = sideOf(frames, ['silence', ...audio.slice(0, 49)]);
    expect(judge(shifted, settings({ maxAudioDriftChunks: 1 })).failed).toBe(0);
    expect(failedCases(judge(shifted, settings({ maxDriftFrames: 1 })))).toEqual(['audio', 'audio drift']);
  });
});

describe('frames lost and repeated', () => {
  it('are found where they are, and counted', () => {
    const broken = [...frames.slice(0, 20), ...frames.slice(22, 40), frames[39] ?? '', ...frames.slice(40)];
    const report = judge(sideOf(broken, audio), settings({ maxDriftFrames: 3 }));
    expect(report.video.frame_comparison).toMatchObject({
      dropped: 2,
      duplicated: 1,
      extra: 1,
      matched: 48,
      compared: 51,
    });
    const events = report.video.frame_comparison.events.map((e) => [e.kind, e.reference ?? e.captured]);
    expect(events.slice(0, 2)).toEqual([
      ['dropped', 20],
      ['dropped', 21],
    ]);
    expect(events[2]?.[0]).toBe('duplicated');
    expect(failedCases(report)).toEqual(['frames', 'dropped frames']);
    expect(
      judge(
        sideOf(broken, audio),
        settings({ maxDriftFrames: 3, maxDroppedFrames: 2, frameMatchRatio: 0.92 }),
      ).failed,
    ).toBe(0);
  });

  it('never makes the ratio larger than what is matched', () => {
    const edit = fc.record({ at: fc.nat(49), kind: fc.constantFrom('drop', 'twice', 'change') });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 6 }), fc.nat(5), (edits, maxDriftFrames) => {
        let captured: readonly string[] = frames;
        for (const { at, kind } of edits)
          captured =
            kind === 'change'
              ? captured.map((h, i) => (i === at ? 'other' : h))
              : captured.flatMap((h, i) => (i !== at ? [h] : kind === 'drop' ? [] : [h, h]));
        const { frame_comparison: c } = judge(sideOf(captured, audio), settings({ maxDriftFrames })).video;
        expect(c.matched).toBeLessThanOrEqual(c.compared);
        expect(c.matched + c.differences.length).toBeLessThanOrEqual(50);
        expect(c.first_difference === null).toBe(c.match_ratio === 1);
        if (maxDriftFrames === 0) expect(c.extra - c.dropped).toBe(c.length_delta);
      }),
    );
  });
});

describe('a verdict on pictures', () => {
  const film = Array.from({ length: 24 }, (_, i) => moving(i));
  const perceptual = {
    ssimMin: 0.95,
    psnrMin: 35,
    vmafMin: 90,
    requireVmaf: false,
    lufsDeltaMax: 2,
    peakDeltaMax: 2,
    audioRate: 48_000,
  };
  const by = (more: object = {}) =>
    settings({}, { requireAudio: false, perceptual: { ...perceptual, ...more } });
  const tinted = filmed(film.map((picture) => withByte(picture, 400, 1)));

  it('lets pass what looks the same, where gates say so', () => {
    expect(failedCases(judge(tinted, settings({}, { requireAudio: false }), filmed(film)))).toEqual([
      'frames',
    ]);
    const report = judge(tinted, by(), filmed(film));
    expect(report.failed).toBe(0);
    expect(report.cases[0]?.details).toContain('SSIM');
    expect(report.video.frame_comparison.events[0]).toMatchObject({ kind: 'different', reference: 0 });
    expect(report.video.frame_comparison.events[0]?.ssim).toBeGreaterThan(0.99);
    expect(report.video.triage.categories).toContain('rendering');
  });

  it('fails what looks different', () => {
    const wrong = filmed(film.map((picture, i) => (i < 12 ? picture : moving(i + 7))));
    expect(failedCases(judge(wrong, by(), filmed(film)))).toContain('frames');
  });

  it('weighs scenes', () => {
    const wrong = filmed(
      film.map((picture, i) => (i < 12 ? picture : { ...picture, rgba: picture.rgba.map((v) => 255 - v) })),
    );
    const scenes = (weight: number) => [
      { id: 'good', start: 0, end: 0.2, weight: 1 },
      { id: 'bad', start: 0.2, end: 0.4, weight },
    ];
    const weigh = (weight: number) => judge(wrong, { ...by(), scenes: scenes(weight) }, filmed(film));
    expect(failedCases(weigh(1))).toEqual(['frames']);
    expect(weigh(0).failed).toBe(0);
    expect(weigh(1).video.scenes.map((scene) => scene.id)).toEqual(['good', 'bad']);
    expect(weigh(1).video.scenes[0]).toMatchObject({ ssim: 1, psnr: 100 });
  });

  it('says that VMAF is not available, and fails where it is required', () => {
    const { video } = judge(tinted, by(), filmed(film));
    expect(video.perceptual).toMatchObject({
      vmaf: null,
      vmaf_note: expect.stringContaining('not available'),
    });
    expect(failedCases(judge(tinted, by({ requireVmaf: true }), filmed(film)))).toEqual(['frames']);
    expect(judge(filmed(film), by({ requireVmaf: true }), filmed(film)).failed).toBe(0);
  });

  it('fails, and says so, where there are no pictures to look at', () => {
    const hashes = sideOf(filmed(film).frames);
    const report = judge(tinted, by(), hashes);
    expect(report.cases[0]).toMatchObject({
      status: 'failed',
      details: expect.stringContaining('has no pictures'),
    });
  });

  it('finds a lost frame though no frame is exactly the same', () => {
    const shorter = filmed(film.filter((_, i) => i !== 10).map((picture) => withByte(picture, 400, 1)));
    const { events } = judge(shorter, by(), filmed(film)).video.frame_comparison;
    expect(events.filter((e) => e.kind === 'dropped')).toMatchObject([{ reference: 10 }]);
  });

  it('does not compare pictures of different sizes', () => {
    const small = filmed(film.map((_, i) => moving(i, 16, 9)));
    expect(judge(small, by(), filmed(film)).video.frame_comparison.events[0]).toMatchObject({
      ssim: 0,
      psnr: 0,
    });
  });
});
