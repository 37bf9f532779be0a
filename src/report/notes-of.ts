import type { ActionRecord } from '../model/record.ts';
import { cleanText } from './source-line.ts';

/** What an action that succeeded has to tell whoever builds, a line each. */
export function notesOf({ status, log }: Pick<ActionRecord, 'status' | 'log'>): readonly string[] {
  if (status !== 'succeeded' || log === undefined) return [];
  const lines = Buffer.from(log.stderr).toString('utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map(cleanText);
}
