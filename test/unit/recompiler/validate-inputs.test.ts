import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseInputScript, printMarkers } from '../../../rules/recompiler/script/input-script.ts';
import { guarded } from '../../../rules/recompiler/validate/bad-input.ts';
import { examine } from '../../../rules/recompiler/validate/judge/findings.ts';
import { type InputPaths, openInputs } from '../../../rules/recompiler/validate/open-inputs.ts';
import { packFrames } from '../../../rules/recompiler/validate/picture/frames-pack.ts';
import { pictureHash } from '../../../rules/recompiler/validate/picture/picture-hash.ts';
import { writePng } from '../../../rules/recompiler/validate/picture/png.ts';
import { reportOf } from '../../../rules/recompiler/validate/validate.ts';
import { moving } from './validate-sides.ts';

const root = mkdtempSync(join(tmpdir(), 'recomp-validate-inputs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let made = 0;
/** A folder with these files; paths in it are what the tool is given. */
function folder(files: Readonly<Record<string, string | Uint8Array>>): (path: string) => string {
  const at = join(root, String(made++));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(at, path)), { recursive: true });
    writeFileSync(join(at, path), content);
  }
  return (path) => join(at, path);
}

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const lines = (items: readonly string[]): string => items.map((item) => `${item}\n`).join('');

const film = Array.from({ length: 6 }, (_, i) => moving(i));
const bin = Buffer.concat(
  film.flatMap(({ width, height, rgba }) => {
    const header = Buffer.alloc(16);
    header.writeUInt32LE(width, 0);
    header.writeUInt32LE(height, 4);
    return [header, rgba];
  }),
);
const hashes = lines(film.map(pictureHash));
const pngs = (prefix: string) =>
  Object.fromEntries(film.map((p, i) => [`${prefix}/frame_${i}.png`, writePng(p)]));
const audio = Buffer.alloc(10_000, 7);

const open = (paths: InputPaths) => {
  const inputs = openInputs(paths);
  return {
    ...inputs,
    report: reportOf(examine(inputs.settings, inputs.fps, inputs.reference, inputs.capture)),
  };
};
const fault = (paths: InputPaths): string => {
  const result = guarded(() => openInputs(paths));
  return result.ok ? '' : result.error;
};

describe('moments with a name', () => {
  it('are those of the timeline and those that the input script has marked', () => {
    const script = '[[markers]]\nname = "door"\nframe = 3\n[[markers]]\nname = "fall"\ntime_ms = 1500\n';
    const read = parseInputScript(script);
    const at = folder({
      'reference/frames.hashes': hashes,
      'reference.toml':
        '[hashes.frames]\nformat = "list"\npath = "reference/frames.hashes"\n[[timeline.events]]\nname = "start"\ntime = 0\n',
      'capture/frames.hashes': hashes,
      'capture/markers.json': read.ok ? printMarkers(read.value) : read.error,
      'torn/frames.hashes': hashes,
      'torn/markers.json': '[{"name":',
      'config.toml': 'require_audio = false',
    });
    const paths = { reference: at('reference.toml'), config: at('config.toml') };
    expect(open({ ...paths, capture: at('capture') }).events).toEqual([
      { name: 'start', time: 0 },
      { name: 'door', time: 0.05 },
      { name: 'fall', time: 1.5 },
    ]);
    expect(fault({ ...paths, capture: at('torn') })).toContain('markers.json is no list of names and times');
  });
});

describe('a reference and a capture as folders', () => {
  it('may be hashes alone, pictures alone, or both', () => {
    const at = folder({
      'list/frames.hashes': hashes,
      'bin/frames.bin': bin,
      'pack/frames.pack': packFrames(bin),
      'both/frames.hashes': hashes,
      'both/frames.pack': packFrames(bin),
      ...pngs('png/frames'),
      'config.toml': 'require_audio = false',
    });
    for (const reference of ['list', 'bin', 'pack', 'both', 'png']) {
      const { report } = open({ reference: at(reference), capture: at('bin'), config: at('config.toml') });
      expect([reference, report.failed]).toEqual([reference, 0]);
      expect(report.video.reference.pictures).toBe(reference !== 'list');
    }
  });

  it('have their sound in chunks', () => {
    const raw = Buffer.from(Int16Array.from({ length: 8000 }, (_, i) => (i % 100) * 100).buffer);
    const at = folder({
      'a/frames.bin': bin,
      'a/audio.raw': raw,
      'a/audio.sizes': '4000\n8000\n4000\n',
      'b/frames.bin': bin,
      'b/audio.hashes': lines(
        [raw.subarray(0, 4000), raw.subarray(4000, 12_000), raw.subarray(12_000)].map(sha256),
      ),
    });
    const { report, reference } = open({ reference: at('b'), capture: at('a') });
    expect(report.failed).toBe(0);
    expect(report.video.audio_comparison).toMatchObject({ matched: 3 });
    expect(reference.sound).toBeUndefined();
  });

  it('are refused where files do not belong together', () => {
    const at = folder({
      'short/frames.hashes': hashes.split('\n').slice(1).join('\n'),
      'short/frames.bin': bin,
      'bad/frames.hashes': 'zzz\n',
      'sizes/frames.bin': bin,
      'sizes/audio.raw': audio,
      'sizes/audio.sizes': '1\n',
      'none/x': '',
    });
    expect(fault({ reference: at('short'), capture: at('short') })).toContain('6 pictures, and 5 hashes');
    expect(fault({ reference: at('bad'), capture: at('bad') })).toBe(
      `${at('bad/frames.hashes')}:1:1: not a hash`,
    );
    expect(fault({ reference: at('sizes'), capture: at('sizes') })).toContain('the audio disagree');
    expect(fault({ reference: at('none'), capture: at('none') })).toContain('has no frames.hashes');
    expect(fault({ reference: at('absent.toml'), capture: at('none') })).toContain('ENOENT');
  });
});

describe('settings', () => {
  it('of a later file go before those of an earlier one', () => {
    const at = folder({
      'a/frames.bin': bin,
      'c.toml': 'name = "c"\nrequire_audio = false\n[thresholds]\nmax_drift_frames = 1\n',
      'g.toml': '[gates.hash]\nmax_drift_frames = 5\n',
    });
    const { settings } = open({
      reference: at('a'),
      capture: at('a'),
      config: at('c.toml'),
      gates: at('g.toml'),
    });
    expect(settings).toMatchObject({ name: 'c', requireAudio: false, limits: { maxDriftFrames: 5 } });
  });
});

describe('reference_video.toml and capture_video.toml', () => {
  const video = '[video]\npath = "v.mp4"\nwidth = 32\nheight = 18\nfps = 30\n';

  it('name lists, directories and files', () => {
    const at = folder({
      'reference_video.toml': `${video}[hashes.frames]\nformat = "list"\npath = "f.txt"\n[hashes.audio]\nformat = "file"\npath = "a.raw"\n[validation]\nname = "film"\n`,
      'f.txt': `# made by hand\n${film.map((p, i) => `frame_${i} ${sha256(writePng(p)).toUpperCase()}`).join('\n')}\n`,
      'a.raw': audio,
      'capture/capture_video.toml': `${video}[hashes.frames]\nformat = "directory"\npath = "frames"\n[hashes.audio]\nformat = "list"\npath = "a.txt"\n`,
      ...pngs('capture/frames'),
      'capture/a.txt': lines(
        [audio.subarray(0, 4096), audio.subarray(4096, 8192), audio.subarray(8192)].map(sha256),
      ),
    });
    const { report, fps, settings } = open({
      reference: at('reference_video.toml'),
      capture: at('capture/capture_video.toml'),
    });
    expect(report.failed).toBe(0);
    expect(report.video.frame_comparison.matched).toBe(6);
    expect(report.video.audio_comparison?.matched).toBe(3);
    expect([fps, settings.name, settings.limits.maxDriftFrames]).toEqual([30, 'film', 3]);
    expect(report.cases.map((c) => c.name)).toContain('format');
  });

  it('cut the reference to its timeline', () => {
    const at = folder({
      'r.toml': `${video}[timeline]\nstart = 0.1\nend = "0:00.2"\n[[timeline.events]]\nname = "go"\ntime = 0.1\n[hashes.frames]\nformat = "file"\npath = "frames.bin"\n[validation]\nrequire_audio = false\n`,
      'frames.bin': bin,
      'c/frames.hashes': lines(film.slice(3).map(pictureHash)),
    });
    const { report, reference, events } = open({ reference: at('r.toml'), capture: at('c') });
    expect(report.failed).toBe(0);
    expect(reference.firstFrame).toBe(3);
    expect(events).toEqual([{ name: 'go', time: 0.1 }]);
    expect(report.video.scenes).toMatchObject([{ id: 'all', start_frame: 3, end_frame: 6 }]);
  });

  it('hold a folder of pictures against hashes of points', () => {
    const at = folder({
      'r.toml':
        '[hashes.frames]\nformat = "directory"\npath = "frames"\n[validation]\nrequire_audio = false\n',
      ...pngs('frames'),
      'c/frames.hashes': hashes,
      'd/frames.hashes': lines(film.map((p) => sha256(writePng(p)))),
    });
    for (const capture of ['c', 'd'])
      expect(open({ reference: at('r.toml'), capture: at(capture) }).report.failed).toBe(0);
  });

  it('may have their files elsewhere', () => {
    const at = folder({
      'cfg/r.toml':
        '[hashes.frames]\nformat = "list"\npath = "/nowhere/f.hashes"\n[validation]\nrequire_audio = false\n',
      'f.hashes': lines(film.map((p) => sha256(writePng(p)))),
      'cfg/c.toml': `${video}[hashes.frames]\nformat = "directory"\npath = "frames"\n`,
      'hashes/frames.hashes': lines(film.map((p) => sha256(writePng(p)))),
      ...pngs('shots'),
    });
    const { report, capture } = open({
      reference: at('cfg/r.toml'),
      referenceMaterial: { frames: at('f.hashes') },
      capture: at('hashes'),
      captureConfig: at('cfg/c.toml'),
      captureMaterial: { frames: at('shots') },
    });
    expect(report.failed).toBe(0);
    expect(capture.video?.fps).toBe(30);
    expect(capture.pictures?.count).toBe(6);
  });

  it('are refused with file, line and column', () => {
    const at = folder({ 'r.toml': '[hashes.frame]\n', 'c/frames.hashes': hashes });
    expect(fault({ reference: at('r.toml'), capture: at('c') })).toBe(
      `${at('r.toml')}:1:1: unknown key "frame"; did you mean frames?`,
    );
  });
});
