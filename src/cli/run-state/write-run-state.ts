import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { processMark } from '../../journal/workspace-lock.ts';
import type { RunState } from '../../model/run-state.ts';
import { RUN_STATE_FILE, runStateText } from '../../report/run-state-text.ts';

/** Where a run stands, as a file that is always whole. */
export function writeRunState(stateDir: string, state: RunState, request: string, startedAt: string): void {
  const folder = `${stateDir}/runs/${state.runId}`;
  mkdirSync(folder, { recursive: true });
  const temporary = `${folder}/.${RUN_STATE_FILE}.${process.pid}`;
  writeFileSync(temporary, runStateText(state, { request, startedAt, owner: processMark() }));
  renameSync(temporary, `${folder}/${RUN_STATE_FILE}`);
}
