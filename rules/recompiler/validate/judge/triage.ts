import type { ComparedStep, Comparison } from '../align/compare.ts';
import type { Triage } from '../report.ts';
import { frameName } from './events.ts';
import type { Findings } from './findings.ts';

interface Clue {
  readonly category: string;
  readonly finding: string;
  /** Absent: there is nothing to be done. */
  readonly suggestion?: string;
}

/** What seems to have happened, the most telling first, and what to look at. */
export function triage(findings: Findings): Triage {
  const found = [formatClue, lossClue, repeatClue, lagClue, pictureClue, soundClue, materialClue].flatMap(
    (clue) => clue(findings) ?? [],
  );
  const toDo = (clue: Clue): boolean => clue.suggestion !== undefined;
  const clues = [...found.filter(toDo), ...found.filter((clue) => !toDo(clue))];
  return {
    categories: [...new Set(clues.map((clue) => clue.category))],
    findings: clues.map((clue) => clue.finding),
    suggestions: [...new Set(clues.flatMap((clue) => clue.suggestion ?? []))],
  };
}

type FindClue = (findings: Findings) => Clue | undefined;

const plural = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
const lateOr = (lag: number): string => (lag > 0 ? 'late' : 'early');

const formatClue: FindClue = ({ reference, capture }) => {
  const [a, b] = [reference.video, capture.video];
  if (a === undefined || b === undefined || (a.width === b.width && a.height === b.height)) return undefined;
  return {
    category: 'format',
    finding: `the reference is ${a.width}x${a.height}, the capture ${b.width}x${b.height}`,
    suggestion: 'capture at the size of the reference: pictures of different sizes are never the same',
  };
};

const lagClue: FindClue = (findings) => {
  const { frames, settings, reference } = findings;
  const change = firstLag(frames.steps);
  if (change === undefined) return undefined;
  const where =
    change.at === 0 ? 'from the start' : `from ${frameName(change.at + reference.firstFrame, findings)} on`;
  const allowed = frames.drift <= settings.limits.maxDriftFrames;
  return {
    category: 'timing',
    finding: `the capture is ${plural(Math.abs(change.lag), 'frame')} ${lateOr(change.lag)} ${where}${allowed ? ', which is allowed' : ''}`,
    ...(allowed
      ? {}
      : {
          suggestion:
            'look at what takes longer or shorter there (loading, waiting for the screen); if it may be so, raise max_drift_frames',
        }),
  };
};

/** Where equal frames stop being side by side. */
function firstLag(steps: readonly ComparedStep[]): { at: number; lag: number } | undefined {
  for (const step of steps) {
    if (step.kind !== 'same' && step.kind !== 'shifted') continue;
    if (step.captured !== step.reference) return { at: step.reference, lag: step.captured - step.reference };
  }
  return undefined;
}

const lossClue: FindClue = (findings) => {
  const { frames, reference } = findings;
  const lost = frames.steps.flatMap((step) => (step.kind === 'missing' ? [step.reference] : []));
  const [first] = lost;
  if (first === undefined) return undefined;
  const atEnd = lost.length === frames.reference - first;
  const from = frameName(first + reference.firstFrame, findings);
  return {
    category: atEnd ? 'length' : 'dropped',
    finding: atEnd
      ? `the capture ends before ${from}: ${plural(lost.length, 'frame')} short`
      : lost.length === 1
        ? `${from} is not in the capture`
        : `${lost.length} frames of the reference are not in the capture, the first is ${from}`,
    suggestion: atEnd
      ? 'see console.log for why the program ended, or give it more time'
      : `look at what was shown around ${from}: it never was on the screen`,
  };
};

const repeatClue: FindClue = (findings) => {
  const { frames, reference } = findings;
  const first = frames.steps.find((step) => step.kind === 'surplus' || step.kind === 'duplicated');
  if (first === undefined || !('before' in first)) return undefined;
  const atEnd = first.before === frames.reference;
  const more = frames.surplus - frames.duplicated;
  const kinds = [
    ...(frames.duplicated > 0 ? [`${plural(frames.duplicated, 'frame')} shown again`] : []),
    ...(more > 0 ? [`${plural(more, 'frame')} too many`] : []),
  ];
  return {
    category: atEnd ? 'length' : 'extra',
    finding: `${kinds.join(', ')}; the first stands ${atEnd ? 'after the reference’s end' : `at ${frameName(first.before + reference.firstFrame, findings)}`}`,
    suggestion: atEnd
      ? 'end the capture where the reference ends'
      : 'look at what is shown twice: a frame that came too late repeats the one before',
  };
};

/** Below this, nobody would see a difference. */
const LOOKS_THE_SAME = 0.995;

const pictureClue: FindClue = (findings) => {
  const { frames, likeness, reference } = findings;
  const different = frames.steps.filter((step) => step.kind === 'different');
  const [first] = different;
  if (first?.reference === undefined) return undefined;
  const name = frameName(first.reference + reference.firstFrame, findings);
  const toTheEnd = different.length > 1 && frames.reference - first.reference === different.length;
  const alike = likeness !== undefined && different.every((step) => likeness(step).ssim >= LOOKS_THE_SAME);
  const all = different.length === frames.reference;
  const what = all
    ? 'no frame is the same'
    : toTheEnd
      ? `from ${name} on nothing is the same`
      : `${plural(different.length, 'frame')} ${different.length === 1 ? 'differs' : 'differ'}, the first is ${name}`;
  return {
    category: alike ? 'rendering' : all || toTheEnd ? 'diverged' : 'picture',
    finding: alike ? `${what}; to the eye they are the same` : what,
    suggestion: alike
      ? 'suspect rounding in drawing or colour; if that is fine, judge by [gates.perceptual]'
      : toTheEnd
        ? `look at what happens at ${name}: an input, a random number, a clock`
        : `compare ${name} of reference and capture`,
  };
};

const soundClue: FindClue = ({ audio }) => {
  const first = audio?.firstDifference;
  if (audio === undefined || first === undefined) return undefined;
  const change = firstLag(audio.steps);
  return {
    category: 'sound',
    finding:
      change === undefined
        ? `${plural(unlike(audio), 'audio chunk')} of ${audio.reference} differ, the first is chunk ${first}`
        : `the sound is ${plural(Math.abs(change.lag), 'chunk')} ${lateOr(change.lag)} from chunk ${first} on`,
    suggestion: `listen to chunk ${first}`,
  };
};

const unlike = (audio: Comparison): number => audio.unmatched.length;

const materialClue: FindClue = ({ frames, reference, capture }) => {
  if (frames.firstDifference === undefined || (reference.pictures && capture.pictures)) return undefined;
  const who = reference.pictures ? 'the capture' : 'the reference';
  return {
    category: 'material',
    finding: `${who} has hashes and no pictures: how unlike the frames are is not known`,
    suggestion: reference.pictures
      ? 'keep the capture’s pictures'
      : 'to see both sides next time, keep the pictures of a reference as well as its hashes',
  };
};
