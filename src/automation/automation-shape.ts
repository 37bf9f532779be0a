import { parseTime } from '../base/parse-time.ts';
import { toolName } from '../workspace/config-shape.ts';
import { hasControl } from '../workspace/safe-path.ts';
import {
  decimal,
  flag,
  integer,
  list,
  mapOf,
  oneOf,
  type Read,
  type Shape,
  table,
  text,
  wrongType,
} from '../workspace/shape.ts';
import { show } from '../workspace/show-value.ts';
import { command } from './command-shape.ts';

const pathText = (value: string): string | undefined =>
  value === '' ? 'must not be empty' : hasControl(value) ? 'must not hold control characters' : undefined;
const path = (description: string) => text(description, pathText);
const notEmpty = (value: string): string | undefined => (value === '' ? 'must not be empty' : undefined);
const ratio = (description: string) => decimal(description, 0, 1);
const frames = (description: string) => integer(description, 0, 600);

export const EXECUTION_MODES = ['local', 'cloud', 'hybrid'] as const;

const inputs = table(
  'What the loop starts from. Paths are relative to this file; those from outside the workspace are absolute.',
  {
    mode: oneOf(
      '`homebrew`: recomp’s own recompiler. `xci` and `lifted`: commands of yours take the title apart, or have done so.',
      ['homebrew', 'xci', 'lifted'],
    ),
    nro: path('homebrew: the program, an NRO or a static arm64 ELF.'),
    nso: list(
      'NSO files: recomp’s own intake does not read them; commands of yours do, in mode xci.',
      path('An NSO file.'),
    ),
    xci: path('xci: the card image.'),
    keys: path('xci: the keys that open it.'),
    module_json: path('lifted: the module that is lifted already.'),
    provenance: path('provenance.toml: where the inputs come from, and their digests.'),
    config: path('title.toml: how the title is recompiled.'),
    runtime_path: path('The runtime that the build command links: a file, or a folder of the workspace.'),
  },
  { required: ['mode', 'provenance'] },
);

const outputs = table(
  'Where copies of what was made go after a run. No stage reads them, and they are in no key.',
  {
    work_root: path('The folder of the copies; what is made of proprietary inputs lies there alone.'),
    intake_dir: path('Of the intake. Default: intake, in work_root.'),
    lift_dir: path('Of the lift. Default: lift, in work_root.'),
    build_dir: path('Of the build. Default: build, in work_root.'),
    assets_dir: path('Of the capture. Default: capture, in work_root.'),
    validation_dir: path('Of the validation. Default: validate, in work_root.'),
    log_dir: path('Of the logs. Default: logs, in work_root.'),
    run_manifest: path('Of run-manifest.json. Default: run-manifest.json, in work_root.'),
    lifted_module_json: path('Of the lifted module, if the lift makes one.'),
  },
  { required: ['work_root'] },
);

const reference = table('What a good run shows, and how the player plays.', {
  reference_video_toml: path('The reference: its frames and sound, or their hashes.'),
  capture_video_toml: path('The capture, where commands of yours make it.'),
  validation_config_toml: path('Thresholds.'),
  input_script_toml: path('What the player does, and when.'),
});

const capture = table('What the capture commands leave, within the folder of their stage.', {
  video_path: path('The video: a file that is there, or that a command makes.'),
  frames_dir: path('The folder of its frames, one file each.'),
  audio_file: path('The sound.'),
  chunk_bytes: integer('Bytes of sound that are compared at a time. Default: 4096.', 64, 1 << 24),
});

const commands = table('Your own commands, for the stages that are not recomp’s.', {
  intake: command('xci: takes the image apart.'),
  lift: command('xci: lifts what the intake left.'),
  build: command('Makes the program.'),
  run: command('Runs the program.'),
  capture: command('Records it.'),
  extract_frames: command('Makes frames of the video.'),
  extract_audio: command('Makes sound of the video.'),
});

const analysis = table(
  'The step between intake and lift: what is known of the code, and what it is called.',
  {
    command: command('The analysis.'),
    expected_outputs: list(
      'What it must leave, within its folder.',
      path('A file, or a folder with / at its end.'),
    ),
    name_map_json: path('Names for the lift: one of expected_outputs, or a file that is there.'),
    symbols: list(
      'homebrew: names that other tools exported, in any format that `recomp names` reads: of expected_outputs, or files that are there.',
      path('A file.'),
    ),
    record_trace: flag(
      'homebrew: adds the stage `trace`, which runs the program and writes runtime-trace.json. It runs if it is asked for by its label.',
    ),
    program: text('homebrew: whose entries count, where the name map is for several programs.', notEmpty),
    least_evidence: decimal(
      'homebrew: refuses names that are less sure than this, and those that nothing speaks for. Absent: no evidence is asked for.',
      0,
      1,
    ),
    runtime_trace_manifest: path(
      'What was seen when the program ran: one of expected_outputs, or a file that is there.',
    ),
  },
);

const policy = table('Who may run what, where. In local mode this is recorded, and nothing is blocked.', {
  execution_mode: oneOf('Where stages run. Default: "local".', EXECUTION_MODES),
  requires_approval: flag('Somebody must agree first.'),
  max_cost_usd: decimal('What a run may cost.', 0, 1e9),
  max_runtime_minutes: decimal('How long a run may take.', 0, 1e6),
  redaction_profile: text('What must be left out of what leaves the machine.', notEmpty),
  allowed_models: list('Models that stages may ask.', text('A model.', notEmpty)),
  run_windows: list(
    'When runs may start, in UTC.',
    text('"22:00-06:00", or "Mon-Fri 22:00-06:00".', windowFault),
  ),
});

const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const WINDOW = new RegExp(
  `^(?:${DAY}(?:-${DAY})? )?(?:[01]\\d|2[0-3]):[0-5]\\d-(?:[01]\\d|2[0-3]):[0-5]\\d$`,
);

function windowFault(value: string): string | undefined {
  return WINDOW.test(value)
    ? undefined
    : 'expected a time of the day, "22:00-06:00", perhaps after "Mon" or "Mon-Fri"';
}

const run = table('How the run goes.', {
  resume: flag('Continue the last run if it did not succeed, as --resume does.'),
  lift_entry: text('homebrew: where the program begins. Only "entry", its own, is there.'),
  lift_mode: oneOf('homebrew: how code is lifted.', ['decode']),
  backend: oneOf(
    'homebrew: what the program is made with. `c`: a C compiler. `wasm`: nothing, node runs it. Default: `auto`, c where there is a compiler.',
    ['auto', 'c', 'wasm'],
  ),
  shard_bytes: integer('homebrew: bytes of code to a C file.', 64, 16_777_216),
});

const loop = table('What is done about failures.', {
  max_retries: integer('How often a failed command of yours is tried again. Default: 0.', 0, 100),
  max_runtime_minutes: decimal('After so long the run is stopped.', 0.01, 1e6),
  stop_on_first_pass: flag('False: each action runs twice, and must make the same. Default: true.'),
});

const gates = table('What a capture must reach.', {
  hash: table('Where frames and chunks are compared by digest.', {
    frame_match_ratio_min: ratio('The share of frames that must match.'),
    audio_match_ratio_min: ratio('The share of chunks that must match.'),
    max_drift_frames: frames('How far the capture may lag or lead.'),
    max_audio_drift_chunks: frames('How far its sound may.'),
    max_dropped_frames: frames('How many frames may be missing.'),
  }),
  perceptual: table('Where they are compared by how they look and sound.', {
    enabled: flag('False: only what is exactly the same counts. Default: true.'),
    ssim_min: ratio('Structural similarity, at least. Default: 0.95.'),
    psnr_min: decimal('Peak signal to noise, in dB, at least. Default: 35.', 0, 100),
    vmaf_min: decimal('VMAF, at least. Default: 90.', 0, 100),
    require_vmaf: flag('Fail where VMAF cannot be computed.'),
    audio_lufs_delta_max: decimal('Difference of loudness, in LU, at most. Default: 2.', 0, 100),
    audio_peak_delta_max: decimal('Difference of true peak, in dB, at most. Default: 2.', 0, 100),
    audio_rate: integer('Samples a second, of files that do not say their own.', 8000, 192_000),
  }),
});

const timeOf = (description: string): Shape<string | number> => ({
  schema: { type: ['number', 'string'], description },
  read: (value, at, report) => {
    if (typeof value !== 'number' && typeof value !== 'string')
      return wrongType(value, 'a number of seconds, or a time in quotes', at, report);
    if (parseTime(value) !== undefined) return value;
    const message = `${show(value)} is no time`;
    report({ code: 'bad-value', at, part: 'value', message, help: 'seconds, or "h:mm:ss.mmm"' });
    return undefined;
  },
});

const scene = table(
  'A part of the timeline that is judged by itself.',
  {
    id: text('Its name.', notEmpty),
    start: timeOf('Where it begins: seconds, or "00:01:02.5".'),
    end: timeOf('Where it ends.'),
    weight: decimal('How much it counts. Default: 1.', 0, 1e6),
  },
  { required: ['id', 'start', 'end'] },
);

/** What `automation.toml` may hold. */
export const automationShape = table(
  'automation.toml: the whole loop, from the program to the verdict.',
  {
    schema_version: integer('The version of this file’s form.', 1, 1),
    inputs,
    outputs,
    reference,
    capture,
    commands,
    tools: mapOf(
      'Programs of this machine: name in commands = where it is.',
      text('A name on PATH, or an absolute path.', pathText),
      toolName,
    ),
    analysis,
    policy,
    run,
    loop,
    gates,
    scenes: list('Parts of the timeline.', scene),
  },
  { required: ['schema_version', 'inputs', 'outputs'] },
);

export type AutomationConfig = Read<typeof automationShape.keys>;
