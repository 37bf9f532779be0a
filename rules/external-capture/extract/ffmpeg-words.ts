/** Nothing asked, nothing told but mistakes, and nothing in the output of who made it or when. */
const QUIET = ['-nostdin', '-hide_banner', '-v', 'error', '-fflags', '+bitexact'];
const SAME = ['-threads', '1', '-flags', '+bitexact', '-map_metadata', '-1'];

/** A PNG a frame, numbered from 1. Without a rate, each frame of the video once. */
export const frameWords = (video: string, folder: string, fps: string | undefined): string[] => [
  ...QUIET,
  ...['-i', video, '-map', '0:v:0'],
  ...(fps === undefined ? ['-vsync', '0'] : ['-vf', `fps=${fps}`]),
  ...[...SAME, '-c:v', 'png', '-pix_fmt', 'rgb24', '-f', 'image2', `${folder}/%08d.png`],
];

/** The samples as captures have them: 16 bits, two channels, 48 kHz; with a header if the name ends in .wav. */
export const audioWords = (video: string, file: string): string[] => [
  ...QUIET,
  ...['-i', video, '-map', '0:a:0'],
  ...[...SAME, '-c:a', 'pcm_s16le', '-ar', '48000', '-ac', '2'],
  ...['-f', file.endsWith('.wav') ? 'wav' : 's16le', file],
];
