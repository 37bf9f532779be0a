import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withoutCompiler } from '../support/bare-path.ts';
import { type ToyLoop, toyLoop } from '../support/toy-loop.ts';

const hasFfmpeg = spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).status === 0;

/** A loop whose capture is a video that is there. */
function videoLoop(): ToyLoop {
  const loop = toyLoop();
  loop.edit('automation.toml', /^run = .*\n/m, '');
  loop.edit(
    'automation.toml',
    /\[capture\][\s\S]*?(?=\[analysis\])/,
    '[capture]\nvideo_path = "play.mkv"\n\n',
  );
  loop.write('play.mkv', 'no video');
  return loop;
}

/** A second of moving colours, ten frames of it, and a tone. */
function record(file: string, size = '64x48'): void {
  const words = ['-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc=size=${size}:rate=10:duration=1`];
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=1'];
  execFileSync('ffmpeg', [...words, ...sound, '-c:v', 'ffv1', '-c:a', 'pcm_s16le', file]);
}

const capture = (loop: ToyLoop) => loop.run(['build', '//:capture']);
const lines = (loop: ToyLoop, name: string) =>
  loop.read(`recomp-out/capture/hashes/${name}.hashes`).trimEnd().split('\n');

describe.skipIf(!hasFfmpeg)('a video, and no command that takes it apart', () => {
  it('gives its frames and its sound, the same each time', () => {
    const [one, two] = [videoLoop(), videoLoop()];
    record(join(one.root, 'play.mkv'));
    record(join(two.root, 'play.mkv'));
    for (const loop of [one, two]) {
      const { code, stderr } = capture(loop);
      expect(code, stderr).toBe(0);
    }
    expect(readdirSync(join(one.root, 'recomp-out/capture/frames'))).toHaveLength(10);
    expect(lines(one, 'frames')).toHaveLength(10);
    expect(new Set(lines(one, 'frames')).size).toBe(10);
    // A second of 16 bits, two channels, 48 kHz.
    expect(readFileSync(join(one.root, 'recomp-out/capture/audio.raw'))).toHaveLength(48_000 * 4);
    expect(lines(two, 'frames')).toEqual(lines(one, 'frames'));
    expect(lines(two, 'audio')).toEqual(lines(one, 'audio'));
  });

  it('is validated against what was accepted of it, and at the rate of the reference', () => {
    const loop = videoLoop();
    record(join(loop.root, 'play.mkv'));
    loop.edit('reference_video.toml', /^/, '[video]\nwidth = 64\nheight = 48\nfps = 5\n');
    expect(loop.automate().code).toBe(1);
    expect(loop.run(['validate', 'accept', '//:validate', '--yes'])).toMatchObject({ code: 0 });
    const done = loop.automate();
    expect(done.code, done.stderr).toBe(0);
    expect(lines(loop, 'frames')).toHaveLength(5);
    record(join(loop.root, 'play.mkv'), '32x24');
    expect(loop.automate().code).toBe(1);
    expect(loop.ran()).toEqual(['archive', 'capture', 'validate']);
  });

  it('takes the video that a command of the user’s makes', () => {
    const loop = videoLoop();
    record(join(loop.root, 'play.mkv'));
    loop.write(
      'copy.mjs',
      "import { copyFileSync } from 'node:fs';\ncopyFileSync(process.argv[2], process.argv[3]);\n",
    );
    loop.edit(
      'automation.toml',
      '[capture]\nvideo_path = "play.mkv"',
      '[capture]\nvideo_path = "made.mkv"\n[commands.run]\nargv = ["node", "copy.mjs", "play.mkv", "$(video)"]',
    );
    const { code, stderr } = capture(loop);
    expect(code, stderr).toBe(0);
    expect(lines(loop, 'frames')).toHaveLength(10);
  });

  it('fails with ffmpeg’s own words if it is none', () => {
    const loop = videoLoop();
    const { code, stderr } = capture(loop);
    expect(code).toBe(1);
    expect(stderr).toContain('Invalid data found');
    expect(stderr).toContain('extract-video: ffmpeg ended with exit code');
  });
});

describe('where ffmpeg is not there', () => {
  it('the loop says so before anything runs', () => {
    const loop = videoLoop();
    const { code, stderr } = loop.automate([], { env: { PATH: withoutCompiler(loop).PATH } });
    expect(code).toBe(2);
    expect(stderr).toContain('this is needed, and not there:\n  the program ffmpeg');
  });

  it('a build says who wants it, and what could stand in its place', () => {
    const loop = videoLoop();
    const { code, stderr } = loop.run(['build', '//:capture'], { env: { PATH: withoutCompiler(loop).PATH } });
    expect(code).not.toBe(0);
    expect(stderr).toContain('no `ffmpeg` on PATH');
  });
});
