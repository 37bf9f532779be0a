import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareHashes } from '../../../rules/recompiler/validate/compare.ts';
import { EXACT, parseValidationConfig } from '../../../rules/recompiler/validate/config.ts';
import { type Hashes, validate } from '../../../rules/recompiler/validate/validate.ts';

const list = (count: number, prefix: string): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const same: Hashes = { frames: list(50, 'f'), audio: list(50, 'a') };
const withFrame = (n: number, hash: string): Hashes => ({ ...same, frames: same.frames.with(n, hash) });

describe('validation', () => {
  it('passes what is the same', () => {
    expect(validate(EXACT, same, same)).toMatchObject({ total: 3, passed: 3, failed: 0, video: { status: 'passed', failures: [] } });
  });

  it('names the frame that differs, whichever it is', () => {
    fc.assert(
      fc.property(fc.nat(49), (n) => {
        const report = validate(EXACT, same, withFrame(n, 'other'));
        expect(report.failed).toBe(1);
        expect(report.video.frame_comparison.first_difference).toBe(n);
        expect(report.video.failures[0]).toContain(`frame ${n}`);
      }),
    );
  });

  it('names the chunk from which the sound is late', () => {
    const audio = [...list(20, 'a'), 'silence', ...list(29, 'x').map((_, i) => `a${20 + i}`)];
    const report = validate(EXACT, same, { ...same, audio });
    expect(report.video.failures).toEqual(['20 of 50 audio chunks match; the first that differs is audio chunk 20']);
  });

  it('accepts a drift within the limit, and not beyond', () => {
    const late = ['boot', 'boot', ...same.frames.slice(0, 48)];
    const limits = { threshold: 0.9, maxDrift: 2 };
    expect(compareHashes(same.frames, late, limits)).toMatchObject({ offset: 2, matched: 48 });
    expect(compareHashes(same.frames, late, { ...limits, maxDrift: 1 }).matched).toBe(0);
  });

  it('fails where frames are missing or too many, or there are none', () => {
    expect(validate(EXACT, same, { ...same, frames: same.frames.slice(0, 49) }).failed).toBe(2);
    expect(validate(EXACT, same, { ...same, frames: [...same.frames, 'more'] }).failed).toBe(1);
    expect(validate(EXACT, { ...same, frames: [] }, { ...same, frames: [] }).failed).toBe(1);
  });

  it('wants audio where audio is required', () => {
    const silent: Hashes = { frames: same.frames, audio: undefined };
    expect(validate(EXACT, silent, same).failed).toBe(1);
    expect(validate({ ...EXACT, requireAudio: false }, silent, same).failed).toBe(0);
  });

  it.each([
    ['[thresholds]\nframe_match_ratio = 2', 'out of range'],
    ['[thresholds]\nframes = 1', 'unknown key "frames"'],
    ['threshold = 1', 'unknown key "threshold"'],
    ['name = 3', 'name is text'],
    ['[', 'not valid TOML'],
  ])('refuses the configuration %j', (text, message) => {
    const config = parseValidationConfig(text);
    expect(config.ok ? '' : config.error).toContain(message);
  });
});
