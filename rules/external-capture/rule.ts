import { attr, defineRule, type FileHandle, type OutputFile, z } from '../../src/rule-api/index.ts';
import { captureProvider } from '../capture/provider.ts';
import { bundledTool } from '../shared/bundled-tool.ts';
import { sourceIfAny } from '../shared/one-source.ts';
import { filesOf, foldersOf, stageProcess } from '../shared/stage-command.ts';
import { type CaptureStep, planCapture } from './plan-capture.ts';

const command = (description: string) =>
  z
    .strictObject({
      argv: z.array(attr.text()).min(1).describe('The command line, a word each.'),
      outs: z.array(z.string()).default([]).describe('Files it makes, relative to the stage’s folder.'),
      tools: z.array(z.string()).default([]).describe('Names from [tools]; each is on PATH under its name.'),
      env: attr.env().optional().describe('Variables it sees beside those of every action.'),
      network: z.boolean().default(false).describe('It may reach the network, and is never cached.'),
      local: attr.text().min(1).optional().describe('Why it cannot be shut in; then it is never cached.'),
    })
    .optional()
    .describe(description);

const inputsOf = (name: string) => attr.sources().describe(`Files and globs that ${name} reads.`);
const scriptsOf = (name: string) => attr.sources().describe(`Files that words of ${name} name.`);
const toolsOf = (name: string) => attr.tools().describe(`Tools that ${name} may start.`);

/** What a program shows and plays, recorded by commands of the user's. */
export const externalCapture = defineRule({
  name: 'external_capture',
  stage: 'capture',
  summary:
    'Runs and records a program with commands of yours, and keeps the digests of its frames and its sound.',
  attributes: {
    program: attr.labels().describe('The target that makes the program: $(program) are its files.'),
    script: attr.sources().describe('An input_script.toml: $(script).'),
    video: attr.sources().describe('A video that is there already: $(video).'),
    video_path: z
      .string()
      .optional()
      .describe('The video that a command makes, within this stage: $(video).'),
    frames_dir: z
      .string()
      .optional()
      .describe('The folder of frames that a command fills: $(frames). Of a video: frames, if absent.'),
    audio_file: z
      .string()
      .optional()
      .describe('The sound that a command makes: $(audio). Of a video: audio.raw, if absent.'),
    sound: z
      .boolean()
      .default(false)
      .describe('The video’s sound is wanted too, where no command makes any.'),
    fps: z
      .number()
      .positive()
      .max(1000)
      .optional()
      .describe('Frames a second that are taken out of the video; if absent, each of its frames.'),
    chunk_bytes: z
      .int()
      .min(64)
      .default(4096)
      .describe('Bytes of sound that are compared at a time; 4096 if absent.'),
    run: command('Runs the program.'),
    run_inputs: inputsOf('run'),
    run_scripts: scriptsOf('run'),
    run_tools: toolsOf('run'),
    capture: command('Records it.'),
    capture_inputs: inputsOf('capture'),
    capture_scripts: scriptsOf('capture'),
    capture_tools: toolsOf('capture'),
    extract_frames: command('Makes frames of the video.'),
    extract_frames_inputs: inputsOf('extract_frames'),
    extract_frames_scripts: scriptsOf('extract_frames'),
    extract_frames_tools: toolsOf('extract_frames'),
    extract_audio: command('Makes sound of the video.'),
    extract_audio_inputs: inputsOf('extract_audio'),
    extract_audio_scripts: scriptsOf('extract_audio'),
    extract_audio_tools: toolsOf('extract_audio'),
  },
  providers: { capture: captureProvider },
  implement(ctx) {
    const { video_path, chunk_bytes, fps } = ctx.attributes;
    const program = ctx.deps('program');
    const script = sourceIfAny(ctx, 'script');
    const given = sourceIfAny(ctx, 'video');
    const plan = planCapture(ctx.attributes, given !== undefined);
    if (typeof plan === 'string') return ctx.fail(plan, ['frames_dir']);
    const isMade = (what: 'frames' | 'audio'): boolean => plan.some(({ makes }) => makes.includes(what));
    const { frames_dir = 'frames', audio_file = 'audio.raw' } = ctx.attributes;
    const place = (path: string, tree: boolean, attribute: string): OutputFile =>
      tree
        ? ctx.outputDirectory(`${ctx.name}/${path}`, [attribute])
        : ctx.output(`${ctx.name}/${path}`, [attribute]);
    const video = video_path === undefined ? undefined : place(video_path, false, 'video_path');
    const frames = isMade('frames') ? place(frames_dir, true, 'frames_dir') : undefined;
    const audio = isMade('audio') ? place(audio_file, false, 'audio_file') : undefined;
    const made = { video, frames, audio };
    const done: FileHandle[] = [];
    for (const { name, makes, reads, builtIn } of plan) {
      if (builtIn) extract(name, makes);
      else step(name, makes, reads);
    }
    const hashes = hash(frames, audio);
    ctx.provide({
      files: [hashes, ...done.filter((file) => file.kind === 'output')],
      providers: {
        capture: {
          folder: hashes.path,
          ...(frames && { frames: frames.path }),
          ...(audio && { audio: audio.path }),
        },
      },
    });

    /** Where the user has no command for it. */
    function extract(name: CaptureStep['name'], [what]: CaptureStep['makes']): void {
      const from = given ?? video;
      const output = what && made[what];
      if (from === undefined || output === undefined) return;
      ctx.action({
        id: name,
        mnemonic: MNEMONICS[name],
        argv: [
          ctx.tool('node'),
          bundledTool(ctx, 'extract-video.mjs'),
          ...['--video', from, `--${what}`, output],
          ...(what === 'frames' && fps !== undefined ? ['--fps', String(fps)] : []),
        ],
        tools: ['ffmpeg'],
        outputs: [output],
      });
      done.push(output);
    }

    /** Each reads what those before it made. */
    function step(name: CaptureStep['name'], makes: CaptureStep['makes'], reads: CaptureStep['reads']): void {
      const spec = ctx.attributes[name];
      if (spec === undefined) return;
      const named: Record<string, readonly FileHandle[]> = { program: filesOf(program) };
      if (script) named['script'] = [script];
      for (const what of reads) {
        const file = what === 'video' ? (given ?? video) : made[what];
        if (file !== undefined) named[what] = [file];
      }
      const outputs: Record<string, OutputFile> = {};
      for (const what of makes) {
        const output = made[what];
        if (output !== undefined) outputs[what] = output;
      }
      done.push(
        ...stageProcess(ctx, {
          id: name,
          attribute: name,
          mnemonic: MNEMONICS[name],
          command: { ...spec, tools: ctx.attributes[`${name}_tools`] },
          named,
          inputs: ctx.sources(`${name}_inputs`),
          scripts: ctx.sources(`${name}_scripts`),
          waitsFor: [...done],
          folders: foldersOf(ctx, program),
          outputs,
        }),
      );
    }

    function hash(pictures: OutputFile | undefined, sound: OutputFile | undefined): OutputFile {
      const folder = ctx.outputDirectory(`${ctx.name}/hashes`);
      ctx.action({
        mnemonic: 'Hash',
        argv: [
          ctx.tool('node'),
          bundledTool(ctx, 'hash-capture.mjs'),
          ...(pictures ? ['--frames', pictures] : []),
          ...(sound ? ['--audio', sound, '--chunk-bytes', String(chunk_bytes)] : []),
          ...['--out', folder],
        ],
        outputs: [folder],
      });
      return folder;
    }
  },
});

const MNEMONICS = {
  run: 'Run',
  capture: 'Capture',
  extract_frames: 'ExtractFrames',
  extract_audio: 'ExtractAudio',
} as const;
