import type { TargetDecl } from '../model/target.ts';
import { type CommandValues, commandValues } from './command-values.ts';
import { retries } from './early-stages.ts';
import { plainPath, source } from './sources.ts';
import { fixed, missing, type StageContext, stageTarget, type Value } from './stage-target.ts';

const CAPTURE_COMMANDS = ['run', 'capture', 'extract_frames', 'extract_audio'] as const;

/** What the program shows and plays. */
export function captureStage(ctx: StageContext): TargetDecl | undefined {
  const { commands = {}, capture = {}, inputs = {}, reference = {} } = ctx.config;
  const script = source(ctx, reference.input_script_toml, ['reference', 'input_script_toml']);
  const own = CAPTURE_COMMANDS.filter((name) => commands[name] !== undefined);
  if (own.length === 0 && capture.video_path === undefined) {
    if (inputs.mode !== 'homebrew' || commands.build !== undefined)
      return missing(
        ctx,
        ['inputs', 'mode'],
        'there is no command that captures what the built program shows',
        'add run or capture to [commands]',
      );
    if (script === undefined)
      return missing(
        ctx,
        ['inputs', 'mode'],
        'recomp’s own capture needs reference.input_script_toml',
        'add input_script_toml = "input_script.toml" to [reference]',
      );
    return stageTarget(ctx, 'capture', 'capture', ['reference', 'input_script_toml'], {
      program: fixed(':build', ['inputs', 'mode']),
      script,
    });
  }
  const at = own[0] === undefined ? ['capture'] : ['commands', own[0]];
  const text = (key: 'video_path' | 'frames_dir' | 'audio_file'): Value | undefined => {
    const value = capture[key] ?? described(ctx, key);
    return value === undefined
      ? undefined
      : { value: value.startsWith('/') ? value : plainPath(value), at: ['capture', key] };
  };
  const video = existingVideo(ctx);
  // Where commands of the user's leave a part of it, ffmpeg takes it out of the video.
  if (capture.video_path !== undefined) ctx.tools.use('ffmpeg', ['capture', 'video_path']);
  const fps = ctx.captureVideo?.video?.fps ?? ctx.reference?.video?.fps;
  return stageTarget(ctx, 'capture', 'external_capture', at, {
    program: fixed([':build'], at),
    script,
    video,
    video_path: video === undefined ? text('video_path') : undefined,
    frames_dir: text('frames_dir'),
    audio_file: text('audio_file'),
    sound: ctx.reference?.hashes?.audio && fixed(true, ['capture', 'video_path']),
    fps: fps === undefined ? undefined : fixed(fps, ['capture', 'video_path']),
    chunk_bytes:
      capture.chunk_bytes === undefined
        ? undefined
        : { value: capture.chunk_bytes, at: ['capture', 'chunk_bytes'] },
    ...Object.fromEntries(own.flatMap((name) => captureCommand(ctx, name))),
    retries: retries(ctx.config),
  });
}

/** What `capture_video.toml` says where `[capture]` says nothing. */
function described(
  { captureVideo }: StageContext,
  key: 'video_path' | 'frames_dir' | 'audio_file',
): string | undefined {
  const { video, hashes } = captureVideo ?? {};
  if (key === 'video_path') return video?.path;
  if (key === 'audio_file') return hashes?.audio?.format === 'file' ? hashes.audio.path : undefined;
  return hashes?.frames?.format === 'directory' ? hashes.frames.path : undefined;
}

/** A video that nobody makes: it is there. */
function existingVideo(ctx: StageContext): Value | undefined {
  const { commands = {}, capture = {} } = ctx.config;
  const path = capture.video_path;
  if (path === undefined || commands.capture !== undefined || commands.run !== undefined) return undefined;
  return source(ctx, path, ['capture', 'video_path']);
}

function captureCommand(ctx: StageContext, name: (typeof CAPTURE_COMMANDS)[number]): [string, Value][] {
  const command = ctx.config.commands?.[name];
  if (command === undefined) return [];
  const at = ['commands', name];
  const { argv, inputs, scripts, outs, tools, env, network, local }: CommandValues = commandValues(
    ctx,
    command,
    at,
  );
  return [
    [
      name,
      {
        value: {
          argv: argv.value,
          outs: outs.value,
          tools: tools.value,
          ...(env && { env: env.value }),
          ...(network && { network: network.value }),
          ...(local && { local: local.value }),
        },
        at: argv.at,
      },
    ],
    [`${name}_inputs`, inputs],
    [`${name}_scripts`, scripts],
    [`${name}_tools`, tools],
  ];
}
