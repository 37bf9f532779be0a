import { describe, expect, it } from 'vitest';
import { examine } from '../../../rules/recompiler/validate/judge/findings.ts';
import { pictureDifference } from '../../../rules/recompiler/validate/page/difference.ts';
import { validationPage } from '../../../rules/recompiler/validate/page/page.ts';
import { pageData } from '../../../rules/recompiler/validate/page/page-data.ts';
import { MAX_PICTURES } from '../../../rules/recompiler/validate/page/pick-frames.ts';
import { shrink } from '../../../rules/recompiler/validate/page/shrink.ts';
import { readPng } from '../../../rules/recompiler/validate/picture/png.ts';
import { reportOf } from '../../../rules/recompiler/validate/validate.ts';
import { filmed, list, moving, settings, sideOf, withByte } from './validate-sides.ts';

const film = Array.from({ length: 60 }, (_, i) => moving(i));
const by = settings(
  { maxDriftFrames: 2 },
  { name: 'a <b> & "c"', notes: '</script><script>alert(1)</script>', requireAudio: false },
);
const findingsOf = (captured: typeof film, given = by) => examine(given, 60, filmed(film), filmed(captured));
const pageOf = (findings: ReturnType<typeof findingsOf>): string =>
  validationPage(reportOf(findings), findings, []);
const picture = (url = ''): ReturnType<typeof readPng> =>
  readPng(Buffer.from(url.replace('data:image/png;base64,', ''), 'base64'), 'page');

describe('validation.html', () => {
  it('needs nothing else, and lets nothing out of its text', () => {
    const scenes = [{ id: '</script><b>', start: 0, end: 1, weight: 1 }];
    const page = pageOf(findingsOf(film.with(7, withByte(moving(7), 0, 255)), { ...by, scenes }));
    expect(page).not.toMatch(/https?:|<link|<img src|@import|url\(/);
    expect(page).toContain("default-src 'none'");
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).toContain('a &lt;b&gt; &amp; &quot;c&quot;');
    expect(page).not.toContain('<b>');
  });

  it('is the same each time', () => {
    const make = () => pageOf(findingsOf(film.with(7, withByte(moving(7), 0, 255))));
    expect(make()).toBe(make());
  });

  it('has a letter for each step, and a stop for each wrong frame', () => {
    const broken = film
      .with(7, withByte(moving(7), 0, 255))
      .toSpliced(20, 1)
      .toSpliced(40, 0, moving(500));
    const data = pageData(findingsOf(broken), []);
    expect(data.frames).toBe(`${'s'.repeat(7)}d${'s'.repeat(12)}m${'s'.repeat(20)}x${'s'.repeat(19)}`);
    expect(data.stops.map((stop) => stop.title)).toEqual([
      'Frame 7 differs',
      'Frame 20 is missing',
      'Captured frame 40 is too much',
    ]);
    const [different, missing, extra] = data.stops;
    expect(different).toMatchObject({
      box: [0, 0, 1 / 32, 1 / 18],
      facts: expect.arrayContaining(['0:00.117', '1 of 576 points differ']),
    });
    expect(Buffer.from(picture(different?.capture).rgba)).toEqual(
      Buffer.from(withByte(moving(7), 0, 255).rgba),
    );
    expect(Buffer.from(picture(different?.reference).rgba)).toEqual(Buffer.from(moving(7).rgba));
    expect([missing?.capture, missing?.difference, extra?.reference]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(missing?.reference).toBeDefined();
    expect(extra?.capture).toBeDefined();
  });

  it('shows the most different frames, and the first', () => {
    const worse = film.map((p, i) => (i < 10 ? p : withByte(p, 4 * i, i === 50 ? 255 : 1)));
    const { stops } = pageData(findingsOf(worse), []);
    expect(stops).toHaveLength(50);
    const shown = stops.filter((stop) => stop.difference !== undefined).map((stop) => stop.title);
    expect(shown).toHaveLength(MAX_PICTURES);
    expect(shown).toContain('Frame 10 differs');
    expect(shown).toContain('Frame 50 differs');
  });

  it('shows some frames where none is wrong, and does without pictures', () => {
    expect(pageData(findingsOf(film), []).stops.map((stop) => stop.title)).toEqual(
      [5, 15, 25, 35, 45, 55].map((n) => `Frame ${n}`),
    );
    const { stops } = pageData(examine(by, 60, sideOf(filmed(film).frames), filmed(film)), []);
    expect(stops[0]?.reference).toBe(stops[0]?.capture);
    expect(stops[0]?.reference).toBeDefined();
    const hashes = sideOf(list(3, 'f'));
    const findings = examine(by, 60, hashes, sideOf(list(3, 'g')));
    expect(pageData(findings, []).stops).toMatchObject([{ title: 'Frame 0 differs' }, {}, {}]);
    expect(pageOf(examine(by, 60, sideOf([]), sideOf([])))).toContain('there is no frame to compare');
  });

  it('draws the loudest sample of each chunk', () => {
    const sound = { rate: 8000, channels: [Float32Array.from([0, 0.5, -1, 0.25])] };
    const side = sideOf(['f'], ['a', 'b'], { sound, chunkSizes: [4, 4] });
    const data = pageData(examine(by, 60, side, { ...side, audio: ['a', 'x', 'b'], sound: undefined }), []);
    expect(data.waves).toEqual({ reference: [50, 0, 100], capture: null });
    expect(data.audio).toBe('sxh');
  });
});

describe('the picture of a difference', () => {
  it('lights up what differs, and says where', () => {
    const a = moving(1);
    const b = withByte(withByte(a, (3 * 32 + 5) * 4, 1), (6 * 32 + 9) * 4 + 1, 200);
    const difference = pictureDifference(a, b);
    expect(difference).toMatchObject({ points: 2, box: { left: 5, right: 9, top: 3, bottom: 6 } });
    const red = [...(difference?.picture.rgba ?? [])].filter((v, i) => i % 4 === 0 && v === 255);
    expect(red).toHaveLength(2);
    expect(pictureDifference(a, moving(1, 8, 8))).toBeUndefined();
  });
});

describe('large pictures', () => {
  it('are made smaller', () => {
    const small = shrink(moving(0, 1300, 3));
    expect([small.width, small.height]).toEqual([434, 1]);
    expect(shrink(moving(0))).toEqual(moving(0));
  });
});
