import { parseTime } from '../base/parse-time.ts';
import type { KeyPath } from '../model/target.ts';
import type { StageContext } from './stage-target.ts';

type Mode = 'homebrew' | 'xci' | 'lifted';

/** Keys that only some modes read: in another mode they would silently do nothing. */
const READ_BY: Readonly<Record<string, readonly Mode[]>> = {
  'inputs.nro': ['homebrew'],
  'inputs.nso': ['homebrew'],
  'inputs.xci': ['xci'],
  'inputs.keys': ['xci'],
  'inputs.module_json': ['lifted'],
  'inputs.config': ['xci', 'lifted'],
  'inputs.runtime_path': ['xci', 'lifted'],
  'commands.intake': ['xci'],
  'commands.lift': ['homebrew', 'xci'],
  'analysis.symbols': ['homebrew'],
  'analysis.record_trace': ['homebrew'],
  'analysis.program': ['homebrew'],
  'analysis.least_evidence': ['homebrew'],
  'run.backend': ['homebrew'],
  'run.lift_entry': ['homebrew'],
  'run.lift_mode': ['homebrew'],
  'run.shard_bytes': ['homebrew'],
};

/** What recomp's own stages go by, and the command that would stand in their place. */
const OWN_ONLY = [
  ['lift_entry', 'lift'],
  ['lift_mode', 'lift'],
  ['shard_bytes', 'lift'],
  ['backend', 'build'],
] as const;

/** Whatever would be read by nobody, or contradicts itself. */
export function checkSections(ctx: StageContext): void {
  const { config } = ctx;
  const mode = config.inputs?.mode;
  for (const [name, modes] of Object.entries(READ_BY)) {
    const at = name.split('.');
    if (mode === undefined || modes.includes(mode) || !isSet(config, at)) continue;
    // A user's own lift or build may read title.toml, and link a runtime, in any mode.
    if (name === 'inputs.config' && (config.commands?.lift ?? config.commands?.build) !== undefined) continue;
    if (name === 'inputs.runtime_path' && config.commands?.build !== undefined) continue;
    refuse(ctx, at, `${name} is not read in mode ${mode}, only in ${modes.join(' and ')}`, 'take it out');
  }
  const { run, scenes = [], commands, capture, inputs } = config;
  for (const [key, command] of OWN_ONLY)
    if (run?.[key] !== undefined && commands?.[command] !== undefined)
      refuse(
        ctx,
        ['run', key],
        `run.${key} is not read where commands.${command} does the work`,
        `take out ${key}, or commands.${command}`,
      );
  if (run?.lift_entry !== undefined && run.lift_entry !== 'entry')
    refuse(
      ctx,
      ['run', 'lift_entry'],
      'the lift begins where the program itself does',
      'take lift_entry out, or write "entry"',
    );
  if (config.analysis?.expected_outputs !== undefined && config.analysis.command === undefined)
    refuse(
      ctx,
      ['analysis', 'expected_outputs'],
      'expected_outputs are what analysis.command leaves, and there is none',
      'add command = ["…"], or take expected_outputs out',
    );
  if (inputs?.mode === 'homebrew' && inputs.nso !== undefined)
    refuse(
      ctx,
      ['inputs', 'nso'],
      'recomp’s own intake reads an NRO or a static arm64 ELF, and no NSO files',
      'name the program in nro; NSO files are taken apart by a command of yours, in mode xci',
    );
  for (const [name, needs] of [
    ['extract_frames', 'frames_dir'],
    ['extract_audio', 'audio_file'],
  ] as const)
    if (commands?.[name] !== undefined && capture?.[needs] === undefined)
      refuse(
        ctx,
        ['commands', name],
        `commands.${name} makes capture.${needs}, which is not said`,
        `add ${needs} = "…" to [capture]`,
      );
  const seen = new Set<string>();
  scenes.forEach(({ id = '', start, end }, i) => {
    if ((parseTime(end) ?? Number.POSITIVE_INFINITY) <= (parseTime(start) ?? -1))
      refuse(
        ctx,
        ['scenes', i, 'end'],
        `the scene "${id}" ends before it begins`,
        'a scene ends after its start',
      );
    if (seen.has(id))
      refuse(
        ctx,
        ['scenes', i, 'id'],
        `there are two scenes called "${id}"`,
        'give one of them another name',
      );
    seen.add(id);
  });
}

function refuse(ctx: StageContext, at: KeyPath, message: string, help: string): void {
  ctx.report({ code: 'bad-value', at, part: 'key', message, help });
}

function isSet(config: object, at: readonly string[]): boolean {
  let value: unknown = config;
  for (const key of at)
    value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return value !== undefined;
}
