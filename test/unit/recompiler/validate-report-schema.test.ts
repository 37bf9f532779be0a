import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { validationReport } from '../../../src/model/schema/validation-report.ts';
import { filmed, judge, list, moving, same, settings, sideOf, withByte } from './validate-sides.ts';

const json = (path: string): unknown =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8'));
const shipped = z.fromJSONSchema(z.looseObject({}).parse(json('schemas/validation-report.schema.json')));

const perceptual = {
  ssimMin: 0.9,
  psnrMin: 30,
  vmafMin: 90,
  requireVmaf: true,
  lufsDeltaMax: 2,
  peakDeltaMax: 2,
  audioRate: 48_000,
};
const scenes = [{ id: 'one', start: 0, end: 0.1, weight: 1 }];
const film = Array.from({ length: 20 }, (_, i) => moving(i));
const video = { width: 32, height: 18, fps: 60 };

describe('validation-report.json', () => {
  it('keeps to its schema, whatever was found', () => {
    const reports = [
      judge(same),
      judge(sideOf(list(300, 'x')), settings({ maxDriftFrames: 600 })),
      judge(sideOf([]), settings({}, { scenes }), sideOf([])),
      judge(
        { ...filmed(film.map((p) => withByte(p, 9, 9)).slice(2)), video },
        settings({ maxDriftFrames: 1 }, { perceptual, scenes }),
        { ...filmed(film), video: { ...video, width: 64 } },
      ),
    ];
    for (const report of reports) {
      const written: unknown = JSON.parse(JSON.stringify(report));
      for (const schema of [validationReport, shipped])
        expect(schema.safeParse(written).error).toBeUndefined();
      expect(report.passed + report.failed).toBe(report.total);
    }
  });

  it('has an example that is valid, and one that is not', () => {
    for (const schema of [validationReport, shipped]) {
      expect(schema.safeParse(json('fixtures/valid/validation-report.json')).error).toBeUndefined();
      expect(schema.safeParse(json('fixtures/invalid/validation-report.json')).success).toBe(false);
    }
    const faults =
      validationReport.safeParse(json('fixtures/invalid/validation-report.json')).error?.issues ?? [];
    expect(faults.map((issue) => issue.path.join('.')).sort()).toEqual([
      '',
      'failed',
      'video.frame_comparison.match_ratio',
      'video.status',
    ]);
  });
});
