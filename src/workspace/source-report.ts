import type { KeyPath } from '../model/target.ts';
import type { Part } from './locate.ts';

/** A fault of one entry of a list of sources. */
export interface SourceFault {
  readonly code: string;
  readonly message: string;
  readonly help?: string;
  /** The place within the entry. */
  readonly rest?: KeyPath;
  readonly part?: Part;
}

export type ReportSource = (fault: SourceFault) => void;
