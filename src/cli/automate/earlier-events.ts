import { readFileSync } from 'node:fs';
import { runEvent } from '../../model/schema/run-event.ts';

/** What a run that is taken up again told before; of a new one, nothing. As far as it is events: somebody may have written there. */
export function earlierEvents(stateDir: string, runId: string): string[] {
  const lines = textOf(`${stateDir}/runs/${runId}/events.jsonl`).split('\n');
  const end = lines.findIndex((line, i) => !isEvent(line, i + 1));
  return lines.slice(0, end < 0 ? lines.length : end);
}

function isEvent(line: string, seq: number): boolean {
  try {
    return runEvent.safeParse(JSON.parse(line)).data?.seq === seq;
  } catch {
    return false;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
