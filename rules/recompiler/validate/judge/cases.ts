import type { Comparison } from '../align/compare.ts';
import type { Case } from '../report.ts';
import { frameName } from './events.ts';
import type { Findings } from './findings.ts';
import { weighted } from './scenes.ts';

/** Each thing that a capture passes or fails by. */
export function judgeCases(findings: Findings): readonly Case[] {
  const { frames, audio, settings } = findings;
  const { limits } = settings;
  return [
    ...formatCases(findings),
    framesCase(findings),
    atMost(
      'dropped frames',
      frames.missing,
      limits.maxDroppedFrames,
      (n) => `${n === 0 ? 'no frame is' : frameCount(n)} missing`,
    ),
    atMost('drift', frames.drift, limits.maxDriftFrames, (n) => offBy('capture', n, 'frame')),
    audio === undefined ? missingAudio(findings) : audioCase(findings, audio),
    ...(audio === undefined
      ? []
      : [atMost('audio drift', audio.drift, limits.maxAudioDriftChunks, (n) => offBy('sound', n, 'chunk'))]),
    ...findings.scenes
      .filter((scene) => scene.frames === 0 && scene.weight > 0 && scene.id !== 'all')
      .map((scene) => verdict(`scene ${scene.id}`, false, 'the reference has no frames at its time')),
  ];
}

const verdict = (name: string, passed: boolean, details: string): Case => ({
  name,
  status: passed ? 'passed' : 'failed',
  details,
});

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
const offBy = (who: string, n: number, unit: string): string =>
  n === 0 ? `the ${who} keeps time` : `the ${who} is up to ${count(n, unit)} off`;
const frameCount = (n: number): string => `${count(n, 'frame')} ${n === 1 ? 'is' : 'are'}`;

const atMost = (name: string, found: number, limit: number, say: (found: number) => string): Case =>
  verdict(name, found <= limit, `${say(found)}; ${limit} may be`);

function formatCases({ reference, capture }: Findings): Case[] {
  const [a, b] = [reference.video, capture.video];
  if (a === undefined || b === undefined) return [];
  const same = a.width === b.width && a.height === b.height && a.fps === b.fps;
  const text = (v: typeof a): string => `${v.width}x${v.height} at ${v.fps} frames a second`;
  return [verdict('format', same, same ? text(a) : `the reference is ${text(a)}, the capture ${text(b)}`)];
}

function framesCase(findings: Findings): Case {
  const { frames, settings, reference } = findings;
  if (frames.compared === 0) return verdict('frames', false, 'there is no frame to compare');
  const first = frames.firstDifference;
  const where =
    first === undefined
      ? ''
      : `; the first that differs is ${frameName(first + reference.firstFrame, findings)}`;
  const exact = `${frames.matched} of ${frames.compared} frames match${where}`;
  if (frames.ratio >= settings.limits.frameMatchRatio) return verdict('frames', true, exact);
  const alike = likenessVerdict(findings);
  return verdict(
    'frames',
    alike?.passed === true,
    alike === undefined ? exact : `${exact}; ${alike.details}`,
  );
}

interface Likeness {
  readonly passed: boolean;
  readonly details: string;
}

export const VMAF_NOTE =
  'not available: VMAF is measured by ffmpeg with libvmaf, which this tool does not run';

/** Where too little is exactly the same, and there are gates for that: whether it looks the same. */
function likenessVerdict({
  settings: { perceptual: gates },
  scenes,
  likeness,
}: Findings): Likeness | undefined {
  if (gates === undefined) return undefined;
  if (likeness === undefined)
    return {
      passed: false,
      details: 'how alike they look is not known: reference or capture has no pictures',
    };
  const ssim = weighted(scenes, (score) => score.ssim) ?? 0;
  const psnr = weighted(scenes, (score) => score.psnr) ?? 0;
  const worst = [...scenes].sort((a, b) => (a.ssim ?? 1) - (b.ssim ?? 1))[0];
  const details = [
    `SSIM ${ssim.toFixed(4)} (at least ${gates.ssimMin}), PSNR ${psnr.toFixed(2)} dB (at least ${gates.psnrMin})`,
    ...(scenes.length > 1 && worst?.ssim !== undefined
      ? [`the least alike is scene ${worst.id} with ${worst.ssim.toFixed(4)}`]
      : []),
    ...(gates.requireVmaf ? [`VMAF is required, and ${VMAF_NOTE}`] : []),
  ];
  return {
    passed: ssim >= gates.ssimMin && psnr >= gates.psnrMin && !gates.requireVmaf,
    details: details.join('; '),
  };
}

function audioCase({ settings, hearing }: Findings, audio: Comparison): Case {
  if (audio.compared === 0) return verdict('audio', false, 'there is no audio chunk to compare');
  const first = audio.firstDifference;
  const where = first === undefined ? '' : `; the first that differs is audio chunk ${first}`;
  const exact = `${audio.matched} of ${audio.compared} audio chunks match${where}`;
  const gates = settings.perceptual;
  if (audio.ratio >= settings.limits.audioMatchRatio) return verdict('audio', true, exact);
  if (gates === undefined) return verdict('audio', false, exact);
  if (hearing === undefined)
    return verdict(
      'audio',
      false,
      `${exact}; how alike they sound is not known: reference or capture has no samples`,
    );
  const passed = hearing.loudness <= gates.lufsDeltaMax && hearing.truePeak <= gates.peakDeltaMax;
  const loud = `loudness differs by ${decibels(hearing.loudness, 'LU')} (at most ${gates.lufsDeltaMax})`;
  const peak = `the true peak by ${decibels(hearing.truePeak, 'dB')} (at most ${gates.peakDeltaMax})`;
  return verdict('audio', passed, `${exact}; ${loud}, ${peak}`);
}

const decibels = (value: number, unit: string): string =>
  Number.isFinite(value) ? `${value.toFixed(2)} ${unit}` : 'all there is: one of them is silent';

function missingAudio({ settings, reference, capture }: Findings): Case {
  const lacking =
    reference.audio === undefined
      ? capture.audio === undefined
        ? 'both have'
        : 'the reference has'
      : 'the capture has';
  return settings.requireAudio
    ? verdict('audio', false, `audio is required, and ${lacking} none`)
    : verdict('audio', true, 'no audio to compare');
}
