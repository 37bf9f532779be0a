/**
 * A process that is talked to: told lines on its stdin, heard on stdout and stderr alike. It is the first of a session of its
 * own, so that nothing of the terminal reaches it and its group can be killed as a whole; in `/`, with no environment.
 */
export interface Child {
  /** Undefined: it could not be started, and `ended` is about to say so. */
  readonly pid: number | undefined;
  readonly tell: (text: string) => void;
  /** It is told no more. */
  readonly hangUp: () => void;
}

export interface ChildEvents {
  /** Bytes as Latin-1. */
  readonly heard: (text: string) => void;
  /** Once, when it is gone and all it said was heard; `problem`: it could not even be started. */
  readonly ended: (signal: string | undefined, code: number | undefined, problem?: string) => void;
}
