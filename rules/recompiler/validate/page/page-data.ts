import type { ComparedStep, Comparison } from '../align/compare.ts';
import type { Findings } from '../judge/findings.ts';
import { sceneOf } from '../judge/scenes.ts';
import { psnr } from '../picture/likeness.ts';
import type { Picture } from '../picture/picture.ts';
import { writePng } from '../picture/png.ts';
import { rounded } from '../report.ts';
import { showTime, timeOf } from '../settings/time.ts';
import type { Timeline } from '../settings/video-config.ts';
import { type Box, pictureDifference } from './difference.ts';
import { pickFrames } from './pick-frames.ts';
import { shrink } from './shrink.ts';
import { waveOf } from './wave.ts';

/** What the page's script draws from. */
export interface PageData {
  readonly fps: number;
  readonly firstFrame: number;
  /** A letter for each step of the frames, as in LETTERS; `at` of a step is its place along the reference. */
  readonly frames: string;
  readonly audio: string;
  /** Of each step of the audio its loudest sample, from 0 to 100. */
  readonly waves: {
    readonly reference: readonly number[] | null;
    readonly capture: readonly number[] | null;
  };
  readonly scenes: readonly { readonly id: string; readonly from: number; readonly to: number }[];
  readonly events: readonly { readonly name: string; readonly at: number }[];
  /** What can be stepped through: the wrong ones, or where none is wrong, those with pictures. */
  readonly stops: readonly Stop[];
}

export interface Stop {
  /** Which step. */
  readonly step: number;
  readonly title: string;
  readonly facts: readonly string[];
  readonly reference?: string;
  readonly capture?: string;
  readonly difference?: string;
  /** Around what differs, in parts of the picture from 0 to 1. */
  readonly box?: readonly [left: number, top: number, width: number, height: number];
}

const LETTERS: Readonly<Record<ComparedStep['kind'], string>> = {
  same: 's',
  shifted: 'h',
  different: 'd',
  missing: 'm',
  surplus: 'x',
  duplicated: 'x',
  outside: 'o',
};

/** Steps that are gone through one by one; what is beyond is drawn, and cannot be stopped at. */
const MAX_STOPS = 2000;
/** Of all pictures together. */
const MAX_BYTES = 8 << 20;

export function pageData(findings: Findings, events: Timeline['events']): PageData {
  const { frames, audio, reference, capture, fps, named } = findings;
  const last = reference.firstFrame + reference.frames.length;
  const place = (frame: number): number => Math.max(0, Math.min(last, frame) - reference.firstFrame);
  return {
    fps,
    firstFrame: reference.firstFrame,
    frames: letters(frames),
    audio: audio ? letters(audio) : '',
    waves: {
      reference: bySteps(audio, waveOf(reference), (step) => step.reference),
      capture: bySteps(audio, waveOf(capture), (step) => step.captured),
    },
    scenes: named.map(({ id, start, end }) => ({ id, from: place(start), to: place(end) })),
    events: events.map(({ name, time }) => ({ name, at: place(Math.round(time * fps)) })),
    stops: stops(findings),
  };
}

/** What each step shows of one side; nothing, where that side has nothing there. */
function bySteps(
  audio: Comparison | undefined,
  wave: readonly number[] | undefined,
  position: (step: ComparedStep) => number | undefined,
): readonly number[] | null {
  if (audio === undefined || wave === undefined) return null;
  return audio.steps.map((step) => wave[position(step) ?? -1] ?? 0);
}

const letters = ({ steps }: Comparison): string => steps.map((step) => LETTERS[step.kind]).join('');

function stops(findings: Findings): Stop[] {
  const { steps } = findings.frames;
  const shown = new Map<ComparedStep, Pictures>();
  let bytes = 0;
  for (const step of pickFrames(findings)) {
    const pictures = picturesOf(step, findings);
    bytes += pictures.bytes;
    if (bytes > MAX_BYTES && shown.size > 0) break;
    shown.set(step, pictures);
  }
  const wrong = new Set<ComparedStep>(
    steps.filter((step) => 'dmx'.includes(LETTERS[step.kind])).slice(0, MAX_STOPS),
  );
  return steps.flatMap((step, i) => {
    const pictures = shown.get(step);
    if (pictures === undefined && !wrong.has(step)) return [];
    const { title, facts } = describe(step, findings);
    return [{ step: i, title, facts: [...facts, ...(pictures?.facts ?? [])], ...pictures?.shown }];
  });
}

interface Pictures {
  readonly shown: Pick<Stop, 'reference' | 'capture' | 'difference' | 'box'>;
  readonly facts: readonly string[];
  readonly bytes: number;
}

function picturesOf(step: ComparedStep, { reference, capture, likeness }: Findings): Pictures {
  const known = {
    had: step.reference === undefined ? undefined : reference.pictures?.read(step.reference),
    got: step.captured === undefined ? undefined : capture.pictures?.read(step.captured),
  };
  // Equal hashes: the picture of one side is that of the other.
  const equal = step.kind === 'same' || step.kind === 'shifted';
  const had = known.had ?? (equal ? known.got : undefined);
  const got = known.got ?? (equal ? known.had : undefined);
  const difference = step.kind === 'different' && had && got ? pictureDifference(had, got) : undefined;
  const [a, b, c] = [had, got, difference?.picture].map((picture) => picture && dataUrl(picture));
  const like = step.kind === 'different' ? likeness?.(step) : undefined;
  return {
    shown: {
      ...(a ? { reference: a } : {}),
      ...(b ? { capture: b } : {}),
      ...(c ? { difference: c } : {}),
      ...(difference && got && difference.points > 0 ? { box: boxOf(difference.box, got) } : {}),
    },
    facts: like
      ? [
          `SSIM ${rounded(like.ssim, 6)}`,
          `PSNR ${rounded(psnr(like.mse), 2)} dB`,
          ...pointsFact(difference?.points, had),
        ]
      : [],
    bytes: (a?.length ?? 0) + (b?.length ?? 0) + (c?.length ?? 0),
  };
}

const pointsFact = (points: number | undefined, picture: Picture | undefined): string[] =>
  points === undefined || picture === undefined
    ? ['of different sizes']
    : [`${points} of ${picture.width * picture.height} points differ`];

const boxOf = (
  { left, top, right, bottom }: Box,
  { width, height }: Picture,
): [number, number, number, number] => [
  left / width,
  top / height,
  (right - left + 1) / width,
  (bottom - top + 1) / height,
];

const dataUrl = (picture: Picture): string =>
  `data:image/png;base64,${writePng(shrink(picture)).toString('base64')}`;

function describe(step: ComparedStep, { reference, fps, named }: Findings): Pick<Stop, 'title' | 'facts'> {
  const words = {
    same: '',
    shifted: '',
    outside: '',
    different: 'differs',
    missing: 'is missing',
    surplus: '',
    duplicated: '',
  };
  if (step.reference === undefined) {
    const again =
      step.kind === 'duplicated'
        ? 'is shown again'
        : step.kind === 'surplus'
          ? 'is too much'
          : 'is beyond the reference';
    return { title: `Captured frame ${step.captured} ${again}`, facts: [] };
  }
  const frame = step.reference + reference.firstFrame;
  const scene = sceneOf(frame, named);
  return {
    title: `Frame ${frame} ${words[step.kind]}`.trimEnd(),
    facts: [
      showTime(timeOf(frame, fps)),
      ...(scene === undefined ? [] : [`scene ${scene}`]),
      ...(step.captured !== undefined && step.captured !== step.reference
        ? [`captured as frame ${step.captured}`]
        : []),
    ],
  };
}
