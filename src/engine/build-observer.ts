import type { ActionRecord } from '../model/record.ts';

/** Follows a build as it happens. */
export interface BuildObserver {
  /** Known work; grows when a template is planned. */
  planned(actions: number): void;
  started(id: string, mnemonic: string, description: string): void;
  retried(id: string, attempt: number, reason: string): void;
  finished(record: ActionRecord): void;
}
