/** A place in a file a person wrote. Lines and columns count from 1, columns in UTF-16 units. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How many characters to underline; at least 1. */
  readonly length: number;
  /** The whole line, so that a report needs no second read of a file that may have changed. */
  readonly text: string;
}

/** A mistake (or a warning) in what a person wrote, with a way out. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** Stable, for `--json` and tests: `unknown-key`, `cycle`, … */
  readonly code: string;
  readonly message: string;
  readonly span?: Span;
  /** Other places that matter: the second of two, the members of a cycle. */
  readonly related?: readonly { readonly message: string; readonly span?: Span }[];
  /** What to do next. */
  readonly help?: string;
}

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some((d) => d.severity === 'error');
