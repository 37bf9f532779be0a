import type { ActionRecord } from '../model/record.ts';
import type { RequestPlan } from './plan-file.ts';
import { say } from './print.ts';

/** Of targets that were made, or brought back, in this build: what has long been up to date was told then. */
export function tellNotes({ notes, labels }: RequestPlan, records: readonly ActionRecord[]): void {
  if (notes.length === 0) return;
  const made = new Set(
    records
      .filter(({ source }) => source !== undefined && source !== 'journal')
      .map(({ target }) => labels[target]),
  );
  for (const { target, note } of notes) if (made.has(target)) say(`note: ${target}: ${note}`);
}
