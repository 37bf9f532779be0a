import type { FileHandle, OutputFile, Word } from './handles.ts';

type Env = Readonly<Record<string, Word>>;

/** What an action and a template have in common. */
interface ProcessSpec {
  /** Unique within the target; defaults to the mnemonic in lower case. */
  readonly id?: string | undefined;
  /** A short word for people: `Command`, `CcCompile`. */
  readonly mnemonic: string;
  readonly description?: string | undefined;
  /** Whatever a word names is an input, unless it is an output of this action. */
  readonly argv: readonly Word[];
  readonly env?: Env | undefined;
  /** What is read without being named on the command line. */
  readonly inputs?: readonly FileHandle[] | undefined;
  /** Names from `[tools]`, beside those in `argv`. */
  readonly tools?: readonly string[] | undefined;
  readonly timeoutMs?: number | undefined;
  readonly network?: boolean | undefined;
  readonly platform?: Readonly<Record<string, string>> | undefined;
  /** Why it cannot be shut in, say because it needs the display: it runs in the user's session, and is never cached or shared. */
  readonly local?: string | undefined;
  /** Tried again this often, or as often as the target says, whichever is more. */
  readonly retries?: number | undefined;
}

export interface ActionSpec extends ProcessSpec {
  /** From `ctx.output` and `ctx.outputDirectory`. */
  readonly outputs: readonly OutputFile[];
  /** Digests the outputs must have. */
  readonly pinned?: readonly { readonly output: OutputFile; readonly sha256: string }[] | undefined;
  readonly test?: boolean | undefined;
  /** What it writes to standard error is shown although it succeeds: warnings, with a file and a line. */
  readonly notes?: boolean | undefined;
  /** It prints names, digests and verdicts, never what it read: shown also where its inputs are proprietary, when it fails. */
  readonly terse?: boolean | undefined;
}

/**
 * One action per file of a directory that is known only later. In texts, `$(item)` is that file's path (an input
 * already), `$(item.rel)` its path within the directory, `$(item.name)` its name, `$(item.stem)` the path in the
 * directory without the last extension.
 */
export interface TemplateSpec extends ProcessSpec {
  /** Relative to the package, told apart by the item: `obj/$(item.stem).o`. */
  readonly outputs: readonly string[];
  /** Globs within the directory; absent: every file. */
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
}

export interface ProvideSpec {
  /** What those that depend on this target get; absent: every output that was declared. */
  readonly files?: readonly FileHandle[] | undefined;
  readonly providers?: Readonly<Record<string, unknown>> | undefined;
  /** What `recomp run` starts: a file that is provided, or a path below a directory that is. */
  readonly executable?: OutputFile | InputFileLike | string | undefined;
}

type InputFileLike = Extract<FileHandle, { kind: 'source' | 'external' }>;
