import { createHash } from 'node:crypto';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writePng } from '../../rules/recompiler/validate/picture/png.ts';
import { validationReport } from '../../src/model/schema/validation-report.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { moving, withByte } from '../unit/recompiler/validate-sides.ts';

const BUILD = `
[[target]]
name = "capture"
rule = "external_capture"
frames_dir = "frames"
audio_file = "audio.raw"
capture = { argv = ["/bin/sh", "-c", "mkdir -p $1 && cp game/shots/*.png $1/ && cp game/audio.raw $2", "sh", "$(frames)", "$(audio)"] }
capture_inputs = [{ glob = "shots/*.png" }, "audio.raw"]

[[target]]
name = "validate"
rule = "validate"
capture = ":capture"
reference = ["reference/frames.hashes", "reference/audio.hashes"]
config = "validation_config.toml"
`;
const CONFIG = '[thresholds]\nframe_match_ratio = 1.0\naudio_match_ratio = 1.0\nmax_drift_frames = 0\n';
const REPORT = 'recomp-out/game/validate/validation-report.json';
const PAGE = 'recomp-out/game/validate/validation.html';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const shot = (i: number): string => `game/shots/${String(i).padStart(3, '0')}.png`;
const audio = Buffer.from(Array.from({ length: 40_960 }, (_, i) => (i >> 12) + (i & 15)));

function game(): TestWorkspace {
  const ws = createWorkspace({
    'recomp.toml': '',
    'game/BUILD.toml': BUILD,
    'game/validation_config.toml': CONFIG,
    'game/shots/none': '',
    'game/reference/frames.hashes': Array.from(
      { length: 12 },
      (_, i) => `${sha256(writePng(moving(i)))}\n`,
    ).join(''),
    'game/reference/audio.hashes': Array.from(
      { length: 10 },
      (_, i) => `${sha256(audio.subarray(i * 4096, i * 4096 + 4096))}\n`,
    ).join(''),
  });
  for (let i = 0; i < 12; i++) writeFileSync(join(ws.root, shot(i)), writePng(moving(i)));
  writeFileSync(join(ws.root, 'game/audio.raw'), audio);
  return ws;
}

const build = (ws: TestWorkspace) => ws.run(['build', '//game:validate']);
const reportOf = (ws: TestWorkspace) => validationReport.parse(JSON.parse(ws.read(REPORT)));
const accept = (ws: TestWorkspace, ...more: string[]) =>
  ws.run(['validate', 'accept', '//game:validate', ...more]);

describe('a validation', () => {
  it('names the frame of which one pixel was flipped, ends with 1, and leaves report and page', () => {
    const ws = game();
    expect(build(ws)).toMatchObject({ code: 0 });
    writeFileSync(join(ws.root, shot(7)), writePng(withByte(moving(7), 100, 1)));
    const failed = build(ws);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('the first that differs is frame 7 (0:00.117)');
    expect(reportOf(ws).video.frame_comparison).toMatchObject({ matched: 11, first_difference: 7 });
    expect(ws.read(PAGE)).toContain('Frame 7 differs');
    expect(ws.read(PAGE)).not.toContain(ws.root);
  });

  it('names the chunk by which the sound was moved', () => {
    const ws = game();
    writeFileSync(
      join(ws.root, 'game/audio.raw'),
      Buffer.concat([audio.subarray(0, 12_288), Buffer.alloc(4096), audio.subarray(12_288, 36_864)]),
    );
    const failed = build(ws);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('the first that differs is audio chunk 3');
    expect(reportOf(ws)).toMatchObject({ failed: 2, video: { drift: { audio_chunks: 1, audio_limit: 0 } } });
  });

  it('says where its configuration is wrong', () => {
    const ws = game();
    ws.write('game/validation_config.toml', `${CONFIG}max_dropped_frame = 1\n`);
    const failed = build(ws);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain(
      'game/validation_config.toml:5:1: unknown key "max_dropped_frame"; did you mean max_dropped_frames?',
    );
  });

  it('comes out the same in another folder', () => {
    const [one, two] = [game(), game()];
    for (const ws of [one, two]) {
      writeFileSync(join(ws.root, shot(7)), writePng(withByte(moving(7), 100, 1)));
      expect(build(ws).code).toBe(1);
    }
    expect(one.read(REPORT)).toBe(two.read(REPORT));
    expect(one.read(PAGE)).toBe(two.read(PAGE));
  });
});

describe('recomp validate accept', () => {
  it('changes nothing unless somebody says yes', () => {
    const ws = game();
    writeFileSync(join(ws.root, shot(7)), writePng(moving(70)));
    const before = ws.read('game/reference/frames.hashes');
    const asked = accept(ws);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('frames: 1 of 12 become others: 7');
    expect(asked.stderr).toContain('audio: all 10 stay as they are');
    expect(asked.stderr).toContain('--yes');
    expect(ws.read('game/reference/frames.hashes')).toBe(before);
  });

  it('takes the capture as it is now for the reference', () => {
    const ws = game();
    for (const i of [2, 3, 4, 9]) writeFileSync(join(ws.root, shot(i)), writePng(moving(i + 50)));
    const accepted = accept(ws, '--yes');
    expect(accepted).toMatchObject({ code: 0 });
    expect(accepted.stderr).toContain('frames: 4 of 12 become others: 2–4, 9');
    expect(accepted.stderr).toContain('to be written: game/reference/frames.hashes');
    expect(readdirSync(join(ws.root, 'game/reference')).sort()).toEqual(['audio.hashes', 'frames.hashes']);
    expect(build(ws)).toMatchObject({ code: 0 });
    expect(accept(ws, '--yes').stderr).toContain('nothing changes');
  });

  it('refuses what has no reference', () => {
    const ws = game();
    expect(ws.run(['validate', 'accept', '//game:capture', '--yes'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('only a target of the rule validate has a reference'),
    });
    expect(ws.run(['validate', 'accept', '//...', '--yes'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('may mean several targets'),
    });
    expect(existsSync(join(ws.root, REPORT))).toBe(false);
  });

  /** Whose reference is described by a file, and is more than hashes. */
  function described(frames: string, sound: string, sources: string): TestWorkspace {
    const ws = game();
    const named = `reference_video = "reference.toml"\n${sources}`;
    ws.write(
      'game/BUILD.toml',
      BUILD.replace(/^reference = .*$/m, () => named),
    );
    ws.write('game/reference.toml', `[hashes.frames]\n${frames}\n[hashes.audio]\n${sound}\n`);
    return ws;
  }

  it('fills folders of pictures and of sound, and takes out what is there no longer', () => {
    const ws = described(
      'format = "directory"\npath = "good"',
      'format = "directory"\npath = "heard/"',
      'reference_frames = [{ glob = "good/*" }]\nreference_audio = [{ glob = "heard/*" }]',
    );
    ws.write('game/good/old.png', 'no picture');
    ws.write('game/heard/old', '');
    const accepted = accept(ws, '--yes');
    expect(accepted.code, accepted.stderr).toBe(0);
    expect(accepted.stderr).toContain('to be removed: game/good/old.png, game/heard/old');
    expect(readdirSync(join(ws.root, 'game/good'))).toEqual(
      readdirSync(join(ws.root, 'game/shots')).filter((n) => n !== 'none'),
    );
    expect(readdirSync(join(ws.root, 'game/heard'))).toHaveLength(10);
    expect(build(ws)).toMatchObject({ code: 0 });
    expect(accept(ws, '--yes').stderr).toContain('nothing changes');
    writeFileSync(join(ws.root, shot(7)), writePng(withByte(moving(7), 100, 1)));
    expect(build(ws).code).toBe(1);
    expect(accept(ws, '--yes').stderr).toContain('to be written: game/good/007.png\n');
    expect(build(ws)).toMatchObject({ code: 0 });
  });

  it.each(['kept.pack', 'kept.bin'])('writes %s, and the sound as one file', (name) => {
    const ws = described(
      `format = "file"\npath = "${name}"`,
      'format = "file"\npath = "kept.raw"',
      `reference_frames = "${name}"\nreference_audio = "kept.raw"`,
    );
    for (const file of [name, 'kept.raw']) ws.write(`game/${file}`, '');
    const accepted = accept(ws, '--yes');
    expect(accepted.code, accepted.stderr).toBe(0);
    expect(build(ws)).toMatchObject({ code: 0 });
    writeFileSync(join(ws.root, shot(3)), writePng(moving(70)));
    expect(build(ws).code).toBe(1);
    expect(accept(ws, '--yes').stderr).toContain('frames: 1 of 12 become others: 3');
    expect(build(ws)).toMatchObject({ code: 0 });
  });

  it('refuses a reference of which only a part counts', () => {
    const ws = described(
      'format = "list"\npath = "reference/frames.hashes"',
      'format = "list"\npath = "reference/audio.hashes"',
      'reference_frames = "reference/frames.hashes"\nreference_audio = "reference/audio.hashes"',
    );
    ws.write('game/reference.toml', `${ws.read('game/reference.toml')}[timeline]\nstart = 0.05\n`);
    expect(accept(ws, '--yes')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('takes a part of its [timeline]'),
    });
  });
});
