type Thing = 'video' | 'frames' | 'audio';
type Name = 'run' | 'capture' | 'extract_frames' | 'extract_audio';

/** One of the commands, what it makes and what of the others' work it reads. */
export interface CaptureStep {
  readonly name: Name;
  readonly makes: readonly Thing[];
  readonly reads: readonly Thing[];
  /** No command of the user's does it: ffmpeg does. */
  readonly builtIn: boolean;
}

interface Given {
  readonly run?: unknown;
  readonly capture?: unknown;
  readonly extract_frames?: unknown;
  readonly extract_audio?: unknown;
  readonly video_path?: string | undefined;
  readonly frames_dir?: string | undefined;
  readonly audio_file?: string | undefined;
  /** There is something to compare sound with. */
  readonly sound?: boolean | undefined;
}

/**
 * Who makes what: what is extracted is made by the command that extracts it, else by the one that records, if that is what it
 * is said to make; else it is taken out of the video. A string is what is wrong.
 */
export function planCapture(given: Given, hasVideo: boolean): readonly CaptureStep[] | string {
  const recorder = given.capture !== undefined ? 'capture' : given.run !== undefined ? 'run' : undefined;
  const isVideo = hasVideo || given.video_path !== undefined;
  const makerOf = (
    extract: 'extract_frames' | 'extract_audio',
    place: string | undefined,
  ): Name | 'built-in' | undefined => {
    if (given[extract] !== undefined) return extract;
    if (recorder !== undefined && (place !== undefined || !isVideo)) return recorder;
    return isVideo ? 'built-in' : undefined;
  };
  const framesBy = makerOf('extract_frames', given.frames_dir);
  const wantsAudio = given.audio_file !== undefined || (isVideo && given.sound === true);
  const audioBy = wantsAudio ? makerOf('extract_audio', given.audio_file) : undefined;
  if (given.frames_dir === undefined && framesBy !== 'built-in')
    return 'a capture has frames: say where in frames_dir';
  if (framesBy === undefined) return 'no command makes the frames: add run, capture or extract_frames';
  if (wantsAudio && audioBy === undefined)
    return 'no command makes the sound: add run, capture or extract_audio';
  const makes = (name: Name): Thing[] => [
    ...(name === recorder && given.video_path !== undefined ? (['video'] as const) : []),
    ...(name === (framesBy === 'built-in' ? 'extract_frames' : framesBy) ? (['frames'] as const) : []),
    ...(name === (audioBy === 'built-in' ? 'extract_audio' : audioBy) ? (['audio'] as const) : []),
  ];
  const isBuiltIn = (name: Name): boolean =>
    (name === 'extract_frames' && framesBy === 'built-in') ||
    (name === 'extract_audio' && audioBy === 'built-in');
  return NAMES.filter((name) => given[name] !== undefined || isBuiltIn(name)).map((name) => ({
    name,
    makes: makes(name),
    reads: name.startsWith('extract') && isVideo ? (['video'] as const) : [],
    builtIn: isBuiltIn(name),
  }));
}

const NAMES: readonly Name[] = ['run', 'capture', 'extract_frames', 'extract_audio'];
