/** Exit code of a command line's words, the command's name not among them. */
export type RunCommand = (argv: readonly string[]) => Promise<number>;

/** A command as the list of commands shows it. Its help is its page in `help/pages.ts`. */
export interface Command {
  readonly name: string;
  /** Its words, in short. */
  readonly words: string;
  readonly summary: string;
  readonly group: 'Build' | 'Look' | 'Set up';
  /** Reads the code that does it. */
  readonly load: () => Promise<RunCommand>;
}
