import { hasControl } from '../workspace/safe-path.ts';
import { decimal, flag, integer, list, oneOf, type Read, table, text } from '../workspace/shape.ts';

const path = (description: string) =>
  text(description, (value) => (value === '' || hasControl(value) ? 'expected a path' : undefined));

const video = table('The video.', {
  path: path('The file.'),
  width: integer('Pixels across.', 1, 65_535),
  height: integer('Pixels down.', 1, 65_535),
  fps: decimal('Frames a second.', 0, 1000),
});

const hashes = (description: string) =>
  table(
    description,
    {
      format: oneOf('`list`: a file with a digest a line. `directory`: a file per frame. `file`: the bytes themselves.', [
        'list',
        'directory',
        'file',
      ]),
      path: path('Where they are.'),
    },
    { required: ['format', 'path'] },
  );

const both = table('What is compared.', {
  frames: hashes('The frames.'),
  audio: hashes('The sound.'),
});

export const thresholdsShape = table('What must be reached.', {
  frame_match_ratio: decimal('The share of frames that must match.', 0, 1),
  audio_match_ratio: decimal('The share of chunks of sound that must match.', 0, 1),
  max_drift_frames: integer('How far the capture may lag or lead.', 0, 600),
  max_dropped_frames: integer('How many frames may be missing.', 0, 600),
});

/** What `reference_video.toml` may hold. */
export const referenceVideoShape = table(
  'reference_video.toml: what a good run looks and sounds like.',
  {
    video,
    normalization: table('How it is made comparable.', {
      width: integer('Pixels across.', 1, 65_535),
      height: integer('Pixels down.', 1, 65_535),
      fps: decimal('Frames a second.', 0, 1000),
      audio_rate: integer('Samples a second.', 1, 1_000_000),
      source_path: path('The video before.'),
      normalized_path: path('The video after.'),
    }),
    timeline: table('Which part of it counts.', {
      start: text('From here.'),
      end: text('To here.'),
      events: list(
        'Moments that have a name.',
        table('A moment.', { name: text('Its name.'), time: text('When.') }, { required: ['name', 'time'] }),
      ),
    }),
    hashes: both,
    validation: table('How it is judged, unless validation_config.toml says otherwise.', {
      name: text('What the report is called.'),
      require_audio: flag('Whether there must be sound.'),
      thresholds: thresholdsShape,
    }),
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
