import { hasControl } from '../workspace/safe-path.ts';
import { decimal, integer, oneOf, type Read, table, text } from '../workspace/shape.ts';

const path = (description: string) =>
  text(description, (value) => (value === '' || hasControl(value) ? 'expected a path' : undefined));

const open = (description: string) => table(description, {}, { open: true });

const video = table(
  'The video.',
  {
    path: path('The file.'),
    width: integer('Pixels across.', 1, 16_384),
    height: integer('Pixels down.', 1, 16_384),
    fps: decimal('Frames a second.', 1, 1000),
  },
  { required: ['width', 'height', 'fps'] },
);

const hashes = (description: string) =>
  table(
    description,
    {
      format: oneOf(
        '`list`: a file with a digest a line. `directory`: a file per frame. `file`: the bytes themselves.',
        ['list', 'directory', 'file'],
      ),
      path: path('Where they are.'),
    },
    { required: ['format', 'path'] },
  );

const both = table('What is compared.', {
  frames: hashes('The frames.'),
  audio: hashes('The sound.'),
});

/** What `reference_video.toml` may hold. What does not decide what the stages are, the validation itself reads. */
export const referenceVideoShape = table(
  'reference_video.toml: what a good run looks and sounds like.',
  {
    video,
    normalization: open('How the video was made comparable.'),
    timeline: open('Which part of it counts: start, end, events.'),
    hashes: both,
    validation: open('How it is judged: name, require_audio, thresholds.'),
  },
  { required: ['hashes'] },
);

/** What `capture_video.toml` may hold. */
export const captureVideoShape = table('capture_video.toml: what the capture commands make.', {
  video,
  hashes: both,
});

export type ReferenceVideo = Read<typeof referenceVideoShape.keys>;
export type CaptureVideo = Read<typeof captureVideoShape.keys>;
