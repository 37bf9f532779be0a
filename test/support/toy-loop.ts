import { createHash } from 'node:crypto';
import { cpSync } from 'node:fs';
import { createWorkspace, type Ran, type RunOptions, type TestWorkspace } from './workspace.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A loop in which every stage is a small command, and each passes on a digest of all that it was given. */
export interface ToyLoop extends TestWorkspace {
  automate(words?: readonly string[], options?: RunOptions): Ran;
  edit(file: string, from: string | RegExp, to: string | ((match: string) => string)): void;
  manifest(): Manifest;
  /** Stages of which something ran, sorted. */
  ran(): string[];
}

export interface Manifest {
  readonly run_id: string;
  readonly execution_mode: string;
  readonly tool_versions: Readonly<Record<string, string>>;
  readonly host_fingerprint: string;
  readonly policy?: {
    readonly enforced: boolean;
    readonly gates: readonly { readonly loop: string; readonly gate: string; readonly verdict: string }[];
  };
  readonly steps: readonly {
    readonly name: string;
    readonly status: string;
    readonly stage_attempt: number;
    readonly cache_hit: boolean;
    readonly cache_key: string;
    readonly log_path?: string;
    readonly actions: readonly {
      readonly id: string;
      readonly status: string;
      readonly source?: string;
      readonly stdout_path?: string;
    }[];
    readonly outputs: readonly { readonly path: string; readonly sha256: string }[];
  }[];
}

const IMAGE = 'the title\n';
const KEYS = 'master = 00ff\n';

/** What is given to a stage: its name, where its output goes, and what it reads. */
const MAKE = `import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
const [stage, out, ...inputs] = process.argv.slice(2);
await new Promise((resolve) => setTimeout(resolve, Number(process.env.PAUSE ?? 0)));
const hash = createHash('sha256').update(stage);
for (const input of inputs) hash.update(readFileSync(input));
console.log('made ' + stage);
writeFileSync(out, hash.digest('hex'));
chmodSync(out, 0o755);
`;

const RECORD = `import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const [word, program, script, frames, audio] = process.argv.slice(2);
await new Promise((resolve) => setTimeout(resolve, Number(process.env.PAUSE ?? 0)));
const seed = word + readFileSync(program) + readFileSync(script);
mkdirSync(frames, { recursive: true });
for (const i of [0, 1, 2]) writeFileSync(frames + '/' + i, createHash('sha256').update(seed + i).digest('hex'));
writeFileSync(audio, createHash('sha512').update(seed).digest('hex'));
`;

const automation = (pause: number): string => {
  const env = pause === 0 ? '' : `, env = { PAUSE = "${pause}" }`;
  return `schema_version = 1

[inputs]
mode = "xci"
xci = "title.img"
keys = "title.keys"
provenance = "provenance.toml"
config = "title.toml"

[outputs]
work_root = "out"

[commands]
intake = { argv = ["node", "make.mjs", "intake", "$(out)", "$(xci)", "$(keys)"], outs = ["module.json"]${env} }
lift = { argv = ["node", "make.mjs", "lift", "$(out)", "$(module)", "$(names)", "$(config)"], outs = ["code.txt"]${env} }
build = { argv = ["node", "make.mjs", "build", "$(out)", "$(lifted)"], outs = ["program"]${env} }
run = { argv = ["node", "record.mjs", "run", "$(program)", "$(script)", "$(frames)", "$(audio)"]${env} }

[capture]
frames_dir = "frames"
audio_file = "audio.raw"
chunk_bytes = 64

[analysis]
command = { argv = ["node", "make.mjs", "analysis", "$(out)", "$(module)"]${env} }
expected_outputs = ["names.json"]
name_map_json = "names.json"

[reference]
reference_video_toml = "reference_video.toml"
validation_config_toml = "validation_config.toml"
input_script_toml = "input_script.toml"
`;
};

const provenance = (image: string): string => `[title]
title_id = "homebrew"

[collection]
device = "none"

[[inputs]]
path = "title.img"
sha256 = "${sha256(image)}"
format = "other"

[[inputs]]
path = "title.keys"
sha256 = "${sha256(KEYS)}"
format = "keyset"
`;

/** With the image `text`, and a provenance that knows it. */
export function setImage(ws: TestWorkspace, text: string): void {
  ws.write('title.img', text);
  ws.write('provenance.toml', provenance(text));
}

/** `pause`: how long each command of the user's takes, in ms. */
export function toyLoop(pause = 0): ToyLoop {
  return asLoop(newWorkspace(pause));
}

/** Another folder with the same files and history, and the same cache. */
export function copyOf(loop: ToyLoop): ToyLoop {
  const ws = createWorkspace();
  cpSync(loop.root, ws.root, { recursive: true, verbatimSymlinks: true });
  const run: ToyLoop['run'] = (args, { env, ...options } = {}) =>
    ws.run(args, { ...options, env: { RECOMP_CACHE_DIR: loop.cache, ...env } });
  return asLoop({ ...ws, run });
}

function newWorkspace(pause: number): TestWorkspace {
  const ws = createWorkspace({
    'automation.toml': automation(pause),
    'title.keys': KEYS,
    'title.toml': 'title = "toy"\n',
    'make.mjs': MAKE,
    'record.mjs': RECORD,
    'input_script.toml': '[metadata]\ntitle = "toy"\n',
    'reference_video.toml':
      '[hashes.frames]\nformat = "list"\npath = "reference/frames.hashes"\n[hashes.audio]\nformat = "list"\npath = "reference/audio.hashes"\n',
    'validation_config.toml': 'name = "toy"\n[thresholds]\nframe_match_ratio = 1.0\n',
    'reference/frames.hashes': `${sha256('0')}\n`,
    'reference/audio.hashes': `${sha256('0')}\n`,
  });
  setImage(ws, IMAGE);
  return ws;
}

function asLoop(ws: TestWorkspace): ToyLoop {
  const manifest = (): Manifest => JSON.parse(ws.read('.recomp/runs/latest/run-manifest.json'));
  return {
    ...ws,
    automate: (words = [], options = {}) =>
      ws.run(['automate', '--config', 'automation.toml', ...words], options),
    edit: (file, from, to) => {
      const before = ws.read(file);
      const after = typeof to === 'string' ? before.replace(from, () => to) : before.replace(from, to);
      if (after === before) throw new Error(`nothing to edit in ${file}: ${from}`);
      ws.write(file, after);
    },
    manifest,
    ran: () =>
      manifest()
        .steps.filter((step) => step.actions.some((a) => a.status === 'failed' || a.source === 'executed'))
        .map((step) => step.name.replace('//:', ''))
        .sort(),
  };
}

/** One whose reference is what it shows, so that it passes. */
export function passingLoop(pause = 0): ToyLoop {
  const loop = toyLoop(pause);
  loop.automate();
  const accepted = loop.run(['validate', 'accept', '--config', 'automation.toml', '--yes']);
  if (accepted.code !== 0) throw new Error(accepted.stderr);
  return loop;
}
