/** What a command takes: read by its parser, by the help and by shell completion, so that they cannot differ. */
export interface CommandPage<Option extends string = string> {
  readonly name: string;
  /** What stands after `recomp NAME`, one line per form. */
  readonly usage: readonly string[];
  /** Paragraphs. */
  readonly about: readonly string[];
  readonly options: readonly OptionPage<Option>[];
  readonly examples: readonly (readonly [command: string, does: string])[];
  readonly completes: Completes;
}

export interface OptionPage<Option extends string = string> {
  readonly name: Option;
  readonly short?: string;
  /** Stands for its value; without one it is a switch. */
  readonly value?: string;
  /** The value may be left out, but for `--name=value`. */
  readonly valueIsOptional?: boolean;
  readonly text: string;
  /** The values there are, for completion. */
  readonly words?: readonly string[];
}

/** What its words may be. */
export type Completes = 'targets' | 'query' | 'runs' | 'files' | 'nothing' | readonly string[];

/** Keeps the names of the options, so that a parser cannot ask for one that does not exist. */
export const definePage = <const Option extends string>(page: CommandPage<Option>): CommandPage<Option> =>
  page;
