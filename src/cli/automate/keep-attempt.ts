import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';

/** What an attempt leaves at its end; the events of all of them stand in one file. */
const FILES = ['logs', 'run-manifest.json', 'stamp.json', 'unchanged.json'] as const;

/** A run that is taken up again: what its last attempt left is what one needs to find out why it failed. */
export function keepAttempt(stateDir: string, runId: string): void {
  const folder = `${stateDir}/runs/${runId}`;
  const left = FILES.filter((name) => existsSync(`${folder}/${name}`));
  if (left.length === 0) return;
  const attempts = `${folder}/attempts`;
  mkdirSync(attempts, { recursive: true });
  const kept = `${attempts}/${readdirSync(attempts).length + 1}`;
  mkdirSync(kept);
  for (const name of left) renameSync(`${folder}/${name}`, `${kept}/${name}`);
}
