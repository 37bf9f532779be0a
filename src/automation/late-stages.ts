import type { TargetDecl } from '../model/target.ts';
import { type CommandValues, commandValues } from './command-values.ts';
import { retries } from './early-stages.ts';
import { plainPath, source } from './sources.ts';
import { fixed, missing, type StageContext, stageTarget, type Value } from './stage-target.ts';

/** A program of this machine. */
export function buildStage(ctx: StageContext): TargetDecl | undefined {
  const { inputs = {}, commands = {} } = ctx.config;
  const lift = fixed(':lift', ['inputs', 'mode']);
  if (commands.build !== undefined) {
    return stageTarget(ctx, 'build', 'external_build', ['commands', 'build'], {
      ...commandValues(ctx, commands.build, ['commands', 'build']),
      lift,
      runtime: source(ctx, inputs.runtime_path, ['inputs', 'runtime_path']),
      config: source(ctx, inputs.config, ['inputs', 'config']),
      retries: retries(ctx.config),
    });
  }
  if (inputs.mode !== 'homebrew' || commands.lift !== undefined)
    return missing(
      ctx,
      ['inputs', 'mode'],
      'a lift that is not recomp’s own needs commands.build',
      'add build = ["…"] to [commands]',
    );
  const { backend = 'auto' } = ctx.config.run ?? {};
  if (backend !== 'wasm') ctx.tools.use('cc', ['inputs', 'mode']);
  const stem = plainPath(inputs.nro ?? inputs.nso?.[0] ?? '')
    .replace(/^.*\//, '')
    .replace(/\.[^.]*$/, '');
  const program = /^[\w+-][\w.+-]{0,99}$/.test(stem) ? fixed(stem, ['inputs', 'nro']) : undefined;
  return stageTarget(ctx, 'build', 'recompiled_binary', ['inputs', 'mode'], {
    lift,
    program,
    backend: fixed(backend, ctx.config.run?.backend === undefined ? ['inputs', 'mode'] : ['run', 'backend']),
  });
}

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
  return stageTarget(ctx, 'capture', 'external_capture', at, {
    program: fixed([':build'], at),
    script,
    video,
    video_path: video === undefined ? text('video_path') : undefined,
    frames_dir: text('frames_dir'),
    audio_file: text('audio_file'),
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
  const { argv, inputs, outs, tools, env, network, local }: CommandValues = commandValues(ctx, command, at);
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
    [`${name}_tools`, tools],
  ];
}
