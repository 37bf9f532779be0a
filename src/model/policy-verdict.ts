/** What a gate of `[policy]` would have said. `depends_on_time`: the answer is in the run's stamp, as all times are. */
export interface GateVerdict {
  /** The package of the loop whose `[policy]` it is of. */
  readonly loop: string;
  readonly gate: string;
  readonly verdict: 'pass' | 'would_block' | 'depends_on_time';
  readonly reason: string;
}
