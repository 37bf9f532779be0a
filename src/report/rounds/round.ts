/** What one run of the loop left, as far as rounds are compared by it. */
export interface Round {
  readonly runId: string;
  /** Emitted code: path → text of a C file. */
  readonly code: ReadonlyMap<string, string>;
  /** Label of a validation → its report. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** All outputs, by path. */
  readonly outputs: ReadonlyMap<string, RoundOutput>;
  /** What could not be looked at, and why. */
  readonly missing: readonly string[];
}

export interface RoundOutput {
  readonly sha256: string;
  readonly size: number;
}

export interface Verdict {
  readonly failed: number;
  readonly cases: readonly VerdictCase[];
}

export interface VerdictCase {
  readonly name: string;
  readonly status: string;
  readonly details: string;
}
