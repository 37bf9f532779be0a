import type { Result } from '../../../../src/base/result.ts';
import { readToml, type Table } from '../../../shared/toml/read-toml.ts';
import type { SomeSettings } from './settings.ts';
import { readSettings } from './validation-config.ts';

export interface VideoConfig {
  readonly video: Video | undefined;
  readonly frames: HashSource | undefined;
  readonly audio: HashSource | undefined;
}

export interface ReferenceConfig extends VideoConfig {
  readonly timeline: Timeline | undefined;
  readonly settings: SomeSettings | undefined;
}

export interface Video {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

/** What of the reference counts, in seconds. */
export interface Timeline {
  readonly start: number;
  readonly end: number | undefined;
  readonly events: readonly { readonly name: string; readonly time: number }[];
}

export interface HashSource {
  readonly format: (typeof FORMATS)[number];
  /** Relative to the config's folder. */
  readonly path: string;
}

const FORMATS = ['list', 'directory', 'file'] as const;
const MAX_SIDE = 16_384;

/** What is wrong with what a source names, where that can be looked at. */
export type SourceFault = (of: 'frames' | 'audio', source: HashSource) => string | undefined;

/** `reference_video.toml`: [video], [normalization], [timeline], [hashes.frames|audio], [validation]. */
export const parseReferenceConfig = (
  file: string,
  text: string,
  faultOf?: SourceFault,
): Result<ReferenceConfig, string> =>
  readToml(file, text, (root) => {
    // How the video was made the same as others is for whoever does it.
    root.table('normalization')?.leaveOpen();
    const validation = root.table('validation');
    return {
      ...readVideoConfig(root, faultOf),
      timeline: readTimeline(root.table('timeline')),
      settings: validation && readSettings(validation),
    };
  });

/** `capture_video.toml`: [video] and [hashes.frames|audio]. */
export const parseCaptureConfig = (file: string, text: string): Result<VideoConfig, string> =>
  readToml(file, text, (root) => readVideoConfig(root, undefined));

function readVideoConfig(root: Table, faultOf: SourceFault | undefined): VideoConfig {
  const hashes = root.table('hashes');
  return {
    video: readVideo(root.table('video')),
    frames: readSource(hashes?.table('frames'), (source) => faultOf?.('frames', source)),
    audio: readSource(hashes?.table('audio'), (source) => faultOf?.('audio', source)),
  };
}

function readVideo(table: Table | undefined): Video | undefined {
  if (table === undefined) return undefined;
  table.text('path');
  const width = table.whole('width', 1, MAX_SIDE);
  const height = table.whole('height', 1, MAX_SIDE);
  const fps = table.number('fps', 1, 1000);
  if (width !== undefined && height !== undefined && fps !== undefined) return { width, height, fps };
  table.fault('path', '[video] has width, height and fps');
  return undefined;
}

function readTimeline(table: Table | undefined): Timeline | undefined {
  if (table === undefined) return undefined;
  const start = table.time('start') ?? 0;
  const end = table.time('end');
  if (end !== undefined && end <= start) table.fault('end', 'the timeline ends after its start');
  const events = table.tables('events').flatMap((event) => {
    const [name, time] = [event.text('name'), event.time('time')];
    if (name !== undefined && time !== undefined) return [{ name, time }];
    event.fault('name', 'an event has a name and a time');
    return [];
  });
  return { start, end, events };
}

function readSource(
  table: Table | undefined,
  faultOf: (source: HashSource) => string | undefined,
): HashSource | undefined {
  if (table === undefined) return undefined;
  const [format, path] = [table.word('format', FORMATS), table.text('path')];
  if (format !== undefined && path !== undefined && path !== '') {
    const source = { format, path };
    const fault = faultOf(source);
    if (fault !== undefined) table.fault('path', fault);
    return source;
  }
  table.fault('format', 'hashes have a format (list, directory, file) and a path');
  return undefined;
}
