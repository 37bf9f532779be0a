import type { ActionRecord } from '../model/record.ts';

/** Follows a build as it happens. */
export interface BuildObserver {
  /**
   * More work is known than before, by so many actions; and there are so many more (or fewer) folders of which nobody knows yet how
   * many actions they will bring.
   */
  planned(actions: number, unknown: number): void;
  started(id: string, mnemonic: string, description: string): void;
  retried(id: string, attempt: number, reason: string): void;
  /** What an action that runs elsewhere printed last. */
  said?(id: string, line: string): void;
  finished(record: ActionRecord): void;
}
