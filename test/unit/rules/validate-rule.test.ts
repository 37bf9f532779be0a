import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { validate } from '../../../rules/validate/rule.ts';
import type { ActionDecl } from '../../../src/model/action.ts';
import type { ConfiguredTarget } from '../../../src/model/target.ts';
import { defineRule } from '../../../src/rule-api/index.ts';
import type { TargetDiagnostic } from '../../../src/rule-api/rule.ts';
import { resolved, type TargetParts } from '../../helpers/rule-fixtures.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const packages = { name: 'recomp', root: `${ROOT}dist` };

/** A capture whose frames and sound lie beside the folder of their hashes, as somebody's own commands leave them. */
const externalCapture = defineRule({
  name: 'their_capture',
  summary: 'For tests.',
  attributes: {},
  providers: { capture: z.strictObject({ folder: z.string(), frames: z.string(), audio: z.string() }) },
  implement(ctx) {
    const folder = ctx.outputDirectory('capture/hashes');
    const frames = ctx.outputDirectory('capture/frames');
    const audio = ctx.output('capture/audio.wav');
    ctx.action({ mnemonic: 'Record', argv: ['/bin/true'], outputs: [folder, frames, audio] });
    ctx.provide({
      files: [folder, frames, audio],
      providers: { capture: { folder: folder.path, frames: frames.path, audio: audio.path } },
    });
  },
});

const captured = ((): ConfiguredTarget => {
  const answer = externalCapture.expand({
    target: resolved('their_capture', 'capture', {}),
    package: packages,
    deps: new Map(),
    debug: true,
  });
  if (!answer.ok) throw new Error(JSON.stringify(answer.diagnostics));
  return answer.target;
})();

function expand(sources: NonNullable<TargetParts['sources']>): {
  target?: ConfiguredTarget;
  faults: readonly TargetDiagnostic[];
} {
  const attributes = {
    capture: ':capture',
    ...Object.fromEntries(Object.entries(sources).map(([name, paths]) => [name, [...paths]])),
  };
  const answer = validate.expand({
    target: resolved('validate', 'validate', attributes, { labels: { capture: [captured.label] }, sources }),
    package: packages,
    deps: new Map([[captured.label, captured]]),
    debug: true,
  });
  return answer.ok ? { target: answer.target, faults: [] } : { faults: answer.diagnostics };
}

/** The words of the comparison, with the paths that stand for inputs. */
function wordsOf(action: ActionDecl | undefined): string {
  const inputs = action?.inputs ?? [];
  const path = (i: number): string => {
    const input = inputs[i];
    return input === undefined || input.kind === 'group' ? '?' : input.path;
  };
  return (action?.argv ?? [])
    .flatMap((word) => (typeof word === 'string' ? [word] : word.paths.map(path)))
    .join(' ');
}

const actionOf = (target: ConfiguredTarget | undefined, id: string) =>
  target?.actions.find((action) => action.id === id);

describe('validate', () => {
  it('makes report and page by one action, and the verdict by another', () => {
    const { target } = expand({ reference: ['pkg/r/frames.hashes', 'pkg/r/audio.hashes'] });
    expect(actionOf(target, 'validate')?.outputs.map((output) => output.path)).toEqual([
      'recomp-out/pkg/validate/validation-report.json',
      'recomp-out/pkg/validate/validation.html',
    ]);
    expect(wordsOf(actionOf(target, 'validate'))).toContain(
      '--reference pkg/r --capture recomp-out/pkg/capture/hashes --capture-frames recomp-out/pkg/capture/frames --capture-audio recomp-out/pkg/capture/audio.wav',
    );
    // The page is for people: it decides nothing.
    expect(wordsOf(actionOf(target, 'verdict'))).toMatch(
      /--report recomp-out\/pkg\/validate\/validation-report\.json$/,
    );
  });

  it('takes a reference_video.toml and the files that it means', () => {
    const { target } = expand({
      reference_video: ['pkg/reference_video.toml'],
      reference_frames: ['pkg/shots/1.png', 'pkg/shots/2.png'],
      reference_audio: ['pkg/a.wav'],
      capture_video: ['pkg/capture_video.toml'],
      config: ['pkg/v.toml'],
    });
    const words = wordsOf(actionOf(target, 'validate'));
    expect(words).toContain(
      '--reference pkg/reference_video.toml --reference-frames pkg/shots --reference-audio pkg/a.wav',
    );
    expect(words).toContain('--capture-config pkg/capture_video.toml --config pkg/v.toml');
    const inputs = actionOf(target, 'validate')
      ?.inputs.flatMap((i) => (i.kind === 'source' ? [i.path] : []))
      .sort();
    expect(inputs).toEqual([
      'pkg/a.wav',
      'pkg/capture_video.toml',
      'pkg/reference_video.toml',
      'pkg/shots/1.png',
      'pkg/shots/2.png',
      'pkg/v.toml',
    ]);
  });

  it.each([
    [{ reference: ['pkg/r/audio.hashes'] }, 'reference has no frames.hashes'],
    [
      { reference: ['pkg/r/frames.hashes', 'pkg/s/audio.hashes'] },
      'the files of reference lie in 2 folders: it must be one',
    ],
    [
      { reference_video: ['pkg/r.toml'], reference_frames: ['pkg/a/1.png', 'pkg/b/2.png'] },
      'the files of reference_frames lie in 2 folders: it must be one',
    ],
    [
      { reference_video: ['pkg/r.toml', 'pkg/s.toml'], reference: ['pkg/frames.pack'] },
      'reference_video stands for 2 files: it must be exactly one',
    ],
  ])('refuses %j', (sources, message) => {
    expect(expand(sources).faults[0]?.message).toBe(message);
  });
});
