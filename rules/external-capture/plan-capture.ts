type Thing = 'video' | 'frames' | 'audio';
type Name = 'run' | 'capture' | 'extract_frames' | 'extract_audio';

/** One of the commands, what it makes and what of the others' work it reads. */
export interface CaptureStep {
  readonly name: Name;
  readonly makes: readonly Thing[];
  readonly reads: readonly Thing[];
}

interface Commands {
  readonly run?: unknown;
  readonly capture?: unknown;
  readonly extract_frames?: unknown;
  readonly extract_audio?: unknown;
  readonly video_path?: string | undefined;
  readonly frames_dir?: string | undefined;
  readonly audio_file?: string | undefined;
}

/** Who makes what: what is extracted is made by the command that extracts it, all else by the one that records. A string is what is wrong. */
export function planCapture(given: Commands, hasVideo: boolean): readonly CaptureStep[] | string {
  const recorder = given.capture !== undefined ? 'capture' : given.run !== undefined ? 'run' : undefined;
  if (given.frames_dir === undefined) return 'a capture has frames: say where in frames_dir';
  const framesBy = given.extract_frames !== undefined ? 'extract_frames' : recorder;
  const audioBy =
    given.audio_file === undefined
      ? undefined
      : given.extract_audio !== undefined
        ? 'extract_audio'
        : recorder;
  if (framesBy === undefined) return 'no command makes the frames: add run, capture or extract_frames';
  if (given.audio_file !== undefined && audioBy === undefined)
    return 'no command makes the sound: add run, capture or extract_audio';
  const makes = (name: Name): Thing[] => [
    ...(name === recorder && given.video_path !== undefined ? (['video'] as const) : []),
    ...(name === framesBy ? (['frames'] as const) : []),
    ...(name === audioBy ? (['audio'] as const) : []),
  ];
  const extracts: readonly Thing[] = hasVideo || given.video_path !== undefined ? ['video'] : [];
  const names = (['run', 'capture', 'extract_frames', 'extract_audio'] as const).filter(
    (name) => given[name] !== undefined,
  );
  return names.map((name) => ({
    name,
    makes: makes(name),
    reads: name.startsWith('extract') ? extracts : [],
  }));
}
