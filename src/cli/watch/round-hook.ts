import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { WatchEvent } from '../../report/watch-event.ts';

export interface RoundHook {
  show(event: WatchEvent): void;
  /** Waits for the one that runs; what waits behind it is dropped. */
  close(): Promise<void>;
}

/** Somebody's command after each round, one at a time: of the rounds that end while it runs, only the last one is told. */
export function roundHook(
  option: string,
  command: string,
  root: string,
  onTrouble: (message: string) => void,
): RoundHook {
  let running: ChildProcess | undefined;
  let next: NodeJS.ProcessEnv | undefined;
  let idle = (): void => {};

  const run = (env: NodeJS.ProcessEnv): void => {
    running = spawn('/bin/sh', ['-c', command], {
      cwd: root,
      env: { ...process.env, ...env },
      // Results are for who reads stdout, and this is not one of them.
      stdio: ['ignore', 2, 2],
    });
    running.on('error', (error) => onTrouble(`${option}: ${error.message}`));
    running.on('close', (code, signal) => {
      running = undefined;
      if (code !== 0) onTrouble(`${option} ended with ${signal ?? `exit code ${code}`}`);
      const env = next;
      next = undefined;
      if (env) run(env);
      else idle();
    });
  };
  return {
    show(event) {
      const env = environmentOf(event, root);
      // Nobody’s command is run in another folder than it was written for.
      if (!env || !existsSync(root)) return;
      if (running) next = env;
      else run(env);
    },
    close: async () => {
      next = undefined;
      if (running) await new Promise<void>((resolve) => (idle = resolve));
    },
  };
}

function environmentOf(event: WatchEvent, root: string): NodeJS.ProcessEnv | undefined {
  if (event.kind === 'broken') return { RECOMP_ROUND: String(event.round), RECOMP_STATE: 'broken' };
  if (event.kind !== 'round-ended') return undefined;
  const { round, runId, state, totals } = event;
  return {
    RECOMP_ROUND: String(round),
    RECOMP_STATE: state,
    RECOMP_RUN_ID: runId,
    RECOMP_RUN_DIR: `${root}/.recomp/runs/${runId}`,
    RECOMP_EXECUTED: String(totals.executed),
    RECOMP_FAILED: String(totals.failed),
  };
}
