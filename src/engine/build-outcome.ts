import type { ActionRecord } from '../model/record.ts';
import type { ActionTrace } from './trace.ts';

export interface BuildOutcome {
  /** Every action that was looked at, instances of templates included, in graph order. */
  readonly records: readonly ActionRecord[];
  /** By index in the graph: 1 where it was looked at. The others are as the last build left them. */
  readonly wanted: Uint8Array;
  /** What the journal must learn. */
  readonly traces: ReadonlyMap<string, ActionTrace>;
  readonly interrupted: boolean;
}
