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
    .describe('The command line. $(stage) is the folder of this stage; $(inputs), $(outs) and others stand for files.'),
  inputs: attr.sources().describe('Files and globs that the command reads.'),
  outs: z
    .array(z.string())
    .default([])
    .describe('What it makes, within the folder of the stage; with / at its end: a folder. None: the folder itself.'),
  env: attr.env().optional().describe('Variables for the command; it has no others of yours.'),
  tools: attr.tools().describe('Tools that the command may start.'),
  network: z.boolean().default(false).describe('May reach the network: never cached.'),
};

interface StageCommand {
  readonly argv: readonly string[];
  readonly outs: readonly string[];
  readonly tools: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly network: boolean;
}

type StageContext = Pick<
  RuleContext<Shape>,
  'action' | 'fail' | 'name' | 'output' | 'outputDirectory' | 'package'
>;

export interface StageProcess {
  /** For people, and the action's id in lower case. */
  readonly mnemonic: string;
  readonly command: StageCommand;
  /** Files that words may name: `xci` for `$(xci)`. They are inputs. */
  readonly named: Readonly<Record<string, readonly FileHandle[]>>;
  /** Read without a name. */
  readonly inputs: readonly FileHandle[];
  /** Folders of stages that words may name. */
  readonly folders?: Readonly<Record<string, string>>;
  /** Made by this action beside `command.outs`. */
  readonly outputs?: readonly OutputFile[];
}

/** The folder of a stage: `recomp-out/<package>/<stage>`. */
export const stageFolder = (ctx: Pick<StageContext, 'name' | 'package'>, name = ctx.name): string =>
  ['recomp-out', ctx.package, name].filter((part) => part !== '').join('/');

/** Declares the action of a user's command; what it makes. */
export function stageProcess(ctx: StageContext, process: StageProcess): readonly OutputFile[] {
  const { command, named, inputs, mnemonic } = process;
  const outputs = [...(process.outputs ?? []), ...declaredOutputs(ctx, command.outs)];
  if (outputs.length === 0) outputs.push(ctx.outputDirectory(ctx.name));
  const all = [...Object.values(named).flat(), ...inputs];
  const names: Names = new Map<string, readonly FileHandle[] | string>([
    ...Object.entries(named),
    ...Object.entries(process.folders ?? {}),
    ['inputs', inputs],
    ['outs', outputs],
    ...(outputs.length === 1 && outputs[0] !== undefined ? [['out', [outputs[0]]] as const] : []),
    ['stage', stageFolder(ctx)],
    ['package', ctx.package === '' ? '.' : ctx.package],
  ]);
  const words = command.argv.map((word, i): Word =>
    namedWord(word, names, (message, help) => ctx.fail(message, ['argv', i], help)),
  );
  ctx.action({
    mnemonic,
    argv: words,
    env: command.env,
    inputs: all,
    outputs,
    tools: command.tools,
    network: command.network,
  });
  return outputs;
}

function declaredOutputs(ctx: StageContext, outs: readonly string[]): OutputFile[] {
  return outs.map((out, i) => {
    const path = `${ctx.name}/${out.replace(/\/+$/, '')}`;
    return out.endsWith('/') ? ctx.outputDirectory(path, ['outs', i]) : ctx.output(path, ['outs', i]);
  });
}

/** Where the stages that this one names put what they made, for words such as `$(lift)`. */
export const foldersOf = (ctx: Pick<StageContext, 'name' | 'package'>, deps: readonly Dep[]): Record<string, string> =>
  Object.fromEntries(deps.map(({ label }) => [nameOf(label), stageFolder(ctx, nameOf(label))]));

const nameOf = (label: string): string => label.slice(label.lastIndexOf(':') + 1);
