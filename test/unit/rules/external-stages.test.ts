import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { planCapture } from '../../../rules/external-capture/plan-capture.ts';
import { builtInRules } from '../../../rules/index.ts';
import { namedWord } from '../../../rules/shared/named-words.ts';
import type { Json } from '../../../src/base/canonical-json.ts';
import type { FileHandle } from '../../../src/rule-api/index.ts';
import { resolved, type TargetParts } from '../../helpers/rule-fixtures.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

function expand(rule: string, attributes: Readonly<Record<string, Json>>, parts: TargetParts = {}) {
  const found = builtInRules.find((r) => r.name === rule);
  if (found === undefined) throw new Error(`no rule ${rule}`);
  return found.expand({
    target: resolved(rule, 'intake', attributes, parts),
    package: { name: 'recomp', root: `${ROOT}dist` },
    deps: new Map(),
    debug: true,
  });
}

describe('words of a user’s command', () => {
  const file = (path: string): FileHandle => ({ kind: 'source', path });
  const names = new Map<string, readonly FileHandle[] | string>([
    ['one', [file('a/1')]],
    ['two', [file('a/1'), file('a/2')]],
    ['stage', 'recomp-out/a'],
  ]);
  const open = (word: string): unknown => {
    const faults: string[] = [];
    const opened = namedWord(word, names, (message) => faults.push(message));
    return faults.length > 0 ? faults : opened;
  };
  it.each([
    ['plain', 'plain'],
    ['$(one)', [file('a/1')]],
    ['$(two)', [file('a/1'), file('a/2')]],
    ['--in=$(one)', '--in=a/1'],
    ['$(stage)/x', 'recomp-out/a/x'],
    ['costs $$5', 'costs $5'],
    ['--in=$(two)', ['$(two) within "--in=$(two)" stands for 2 paths: it must be exactly one']],
    ['$(three)', ['$(three) stands for nothing']],
    ['$(one', ['"$(one" opens $( without closing it']],
  ])('%s', (word, expected) => expect(open(word)).toEqual(expected));
});

describe('who makes what of a capture', () => {
  const plan = (commands: Parameters<typeof planCapture>[0], hasVideo = false) => {
    const steps = planCapture(commands, hasVideo);
    return typeof steps === 'string'
      ? steps
      : steps.map((s) => `${s.name} ${s.reads.join()}>${s.makes.join()}`);
  };
  it.each([
    [{ run: {}, frames_dir: 'f', audio_file: 'a' }, ['run >frames,audio']],
    [{ run: {}, capture: {}, frames_dir: 'f' }, ['run >', 'capture >frames']],
    [
      {
        capture: {},
        extract_frames: {},
        extract_audio: {},
        video_path: 'v',
        frames_dir: 'f',
        audio_file: 'a',
      },
      ['capture >video', 'extract_frames video>frames', 'extract_audio video>audio'],
    ],
    [{ run: {} }, 'a capture has frames: say where in frames_dir'],
    [{ frames_dir: 'f' }, 'no command makes the frames: add run, capture or extract_frames'],
    [
      { extract_frames: {}, frames_dir: 'f', audio_file: 'a' },
      'no command makes the sound: add run, capture or extract_audio',
    ],
  ])('%j', (commands, expected) => expect(plan(commands)).toEqual(expected));
  it.each([
    // A video that is there.
    [{}, true, ['extract_frames* video>frames']],
    [{ sound: true }, true, ['extract_frames* video>frames', 'extract_audio* video>audio']],
    [
      { extract_frames: {}, frames_dir: 'f', sound: true },
      true,
      ['extract_frames video>frames', 'extract_audio* video>audio'],
    ],
    // One that a command makes, and what else that command is said to make.
    [
      { capture: {}, video_path: 'v', sound: true },
      false,
      ['capture >video', 'extract_frames* video>frames', 'extract_audio* video>audio'],
    ],
    [
      { capture: {}, video_path: 'v', audio_file: 'a' },
      false,
      ['capture >video,audio', 'extract_frames* video>frames'],
    ],
    [{ capture: {}, video_path: 'v', frames_dir: 'f' }, false, ['capture >video,frames']],
    // Nothing is taken out of no video.
    [{ run: {}, frames_dir: 'f', sound: true }, false, ['run >frames']],
  ])('what no command makes is taken out of the video: %j', (commands, hasVideo, expected) => {
    const steps = planCapture(commands, hasVideo);
    const told =
      typeof steps === 'string'
        ? steps
        : steps.map((s) => `${s.name}${s.builtIn ? '*' : ''} ${s.reads.join()}>${s.makes.join()}`);
    expect(told).toEqual(expected);
  });
  it('takes a video that is there', () => {
    expect(plan({ extract_frames: {}, frames_dir: 'f' }, true)).toEqual(['extract_frames video>frames']);
  });
});

describe('xci_intake', () => {
  const parts = {
    sources: { xci: ['pkg/t.xci'], keys: ['pkg/k'], inputs: ['pkg/tool.mjs'], provenance: ['pkg/p.toml'] },
  };
  it('gives the command what it names, and waits for the provenance', () => {
    const answer = expand(
      'xci_intake',
      {
        xci: 't.xci',
        keys: 'k',
        inputs: ['tool.mjs'],
        provenance: 'p.toml',
        argv: ['unpack', '$(xci)', '$(keys)', '$(out)'],
        outs: ['m.json'],
        tools: ['unpack'],
      },
      parts,
    );
    if (!answer.ok) throw new Error(JSON.stringify(answer.diagnostics));
    const intake = answer.target.actions.find((a) => a.id === 'intake');
    expect(intake?.argv).toEqual(['unpack', 'pkg/t.xci', 'pkg/k', 'recomp-out/pkg/intake/m.json']);
    expect(intake?.tools).toEqual(['unpack']);
    expect(intake?.inputs.map((i) => ('path' in i ? i.path : ''))).toEqual([
      'pkg/t.xci',
      'pkg/k',
      'pkg/tool.mjs',
      'recomp-out/pkg/intake/provenance.json',
    ]);
    expect(answer.target.provides.files.map((f) => ('path' in f ? f.path : ''))).toEqual([
      'recomp-out/pkg/intake/m.json',
    ]);
  });
  it('has the whole folder as output where no outs are said', () => {
    const answer = expand(
      'xci_intake',
      { xci: 't.xci', argv: ['unpack', '$(xci)', '$(stage)'] },
      { sources: { xci: ['pkg/t.xci'] } },
    );
    expect(answer.ok && answer.target.actions[0]?.outputs).toEqual([
      { path: 'recomp-out/pkg/intake', tree: true },
    ]);
  });
  it('points at a word that stands for nothing', () => {
    const answer = expand(
      'xci_intake',
      { xci: 't.xci', argv: ['unpack', '$(module)'] },
      { sources: { xci: ['pkg/t.xci'] } },
    );
    expect(answer.ok ? [] : answer.diagnostics).toMatchObject([
      { attributePath: ['argv', 1], message: '$(module) stands for nothing' },
    ]);
  });
});
