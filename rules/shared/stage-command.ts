import {
  attr,
  type Dep,
  type FileHandle,
  type OutputFile,
  type RuleContext,
  type Shape,
  type Word,
  z,
} from '../../src/rule-api/index.ts';
import { type Names, namedWord } from './named-words.ts';

/** What stages that run a command of the user's have in common. */
export const stageCommandAttributes = {
  argv: z
    .array(attr.text())
    .min(1)
    .describe(
      'The command line. $(stage) is the folder of this stage; $(inputs), $(outs) and others stand for files.',
    ),
  inputs: attr.sources().describe('Files and globs that the command reads: $(inputs).'),
  scripts: attr.sources().describe('Files that words of argv name; inputs too, and not in $(inputs).'),
  outs: z
    .array(z.string())
    .default([])
    .describe(
      'What it makes, within the folder of the stage; with / at its end: a folder. None: the folder itself.',
    ),
  env: attr.env().optional().describe('Variables for the command; it has no others of yours.'),
  tools: attr.tools().describe('Tools that the command may start.'),
  network: z.boolean().default(false).describe('May reach the network: never cached.'),
  local: attr
    .text()
    .min(1)
    .optional()
    .describe(
      'Why it cannot be shut in ("needs the display"): it runs in your session, and is never cached.',
    ),
};

interface StageCommand {
  readonly argv: readonly string[];
  readonly outs: readonly string[];
  readonly tools: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly network: boolean;
  readonly local?: string | undefined;
}

type StageContext = Pick<
  RuleContext<Shape>,
  'action' | 'fail' | 'name' | 'output' | 'outputDirectory' | 'package'
>;

export interface StageProcess {
  /** For people; in lower case, the action's id unless that is given. */
  readonly mnemonic: string;
  readonly id?: string;
  /** The attribute that holds the words, for faults in them. */
  readonly attribute?: string;
  readonly command: StageCommand;
  /** Files that words may name: `xci` for `$(xci)`. They are inputs. */
  readonly named: Readonly<Record<string, readonly FileHandle[]>>;
  /** What the user names beside: `$(inputs)`. */
  readonly inputs: readonly FileHandle[];
  /** What words of the command name as it stands. */
  readonly scripts: readonly FileHandle[];
  /** Read, or waited for, without a name. */
  readonly waitsFor?: readonly FileHandle[];
  /** Folders of stages that words may name. */
  readonly folders?: Readonly<Record<string, string>>;
  /** Made by this action beside `command.outs`, each with the word that names it. */
  readonly outputs?: Readonly<Record<string, OutputFile>>;
}

/** The folder of a stage: `recomp-out/<package>/<stage>`. */
export const stageFolder = (ctx: Pick<StageContext, 'name' | 'package'>, name = ctx.name): string =>
  ['recomp-out', ctx.package, name].filter((part) => part !== '').join('/');

/** Declares the action of a user's command; what it makes. */
export function stageProcess(ctx: StageContext, process: StageProcess): readonly OutputFile[] {
  const { command, named, inputs, mnemonic } = process;
  const given = Object.values(process.outputs ?? {});
  const outputs = [...given, ...declaredOutputs(ctx, command.outs, given)];
  if (outputs.length === 0)
    outputs.push(ctx.outputDirectory(process.id === undefined ? ctx.name : `${ctx.name}/${process.id}`));
  const all = [...Object.values(named).flat(), ...inputs, ...process.scripts, ...(process.waitsFor ?? [])];
  const names: Names = new Map<string, readonly FileHandle[] | string>([
    ...Object.entries(named),
    ...Object.entries(process.folders ?? {}),
    ...Object.entries(process.outputs ?? {}).map(([name, output]) => [name, [output]] as const),
    ['inputs', inputs],
    ['outs', outputs],
    ...(outputs.length === 1 && outputs[0] !== undefined ? [['out', [outputs[0]]] as const] : []),
    ['stage', stageFolder(ctx)],
    ['package', ctx.package === '' ? '.' : ctx.package],
  ]);
  const words = command.argv.map(
    (word, i): Word =>
      namedWord(word, names, (message, help) => ctx.fail(message, [process.attribute ?? 'argv', i], help)),
  );
  ctx.action({
    ...(process.id === undefined ? {} : { id: process.id }),
    mnemonic,
    argv: words,
    env: command.env,
    inputs: all,
    outputs,
    tools: command.tools,
    network: command.network,
    local: command.local,
  });
  return outputs;
}

function declaredOutputs(
  ctx: StageContext,
  outs: readonly string[],
  given: readonly OutputFile[],
): OutputFile[] {
  const isGiven = (path: string): boolean => given.some((output) => output.path === stageFolder(ctx, path));
  return outs.flatMap((out, i) => {
    const path = `${ctx.name}/${out.replace(/\/+$/, '')}`;
    if (isGiven(path)) return [];
    return out.endsWith('/') ? ctx.outputDirectory(path, ['outs', i]) : ctx.output(path, ['outs', i]);
  });
}

export const filesOf = (deps: readonly Dep[]): readonly FileHandle[] => deps.flatMap((dep) => dep.files);

/** Where the stages that this one names put what they made, for words such as `$(lift)`. */
export const foldersOf = (
  ctx: Pick<StageContext, 'name' | 'package'>,
  deps: readonly Dep[],
): Record<string, string> =>
  Object.fromEntries(deps.map(({ label }) => [nameOf(label), stageFolder(ctx, nameOf(label))]));

const nameOf = (label: string): string => label.slice(label.lastIndexOf(':') + 1);
