import { copyFileSync, mkdirSync, rmSync, statSync } from 'node:fs';
import type { ExecutionOutcome } from '../ports/executor.ts';

const FOLDER = 'recomp-logs';
const STREAMS = ['stdout', 'stderr'] as const;

/**
 * What an action on proprietary inputs printed may be those inputs. It is shown nowhere, and lies whole where what is made of them
 * may lie; the paths.
 */
export function withholdLog(
  base: string,
  id: string,
  outcome: Pick<ExecutionOutcome, 'stdout' | 'stderr'>,
): string[] {
  dropWithheldLog(base, id);
  return STREAMS.flatMap((stream) => {
    const from = outcome[stream];
    if (from === undefined || statSync(from).size === 0) return [];
    const to = placeOf(base, id, stream);
    mkdirSync(`${base}/${FOLDER}`, { recursive: true });
    copyFileSync(from, to);
    return [to];
  });
}

/** That of an earlier attempt. */
export function dropWithheldLog(base: string, id: string): void {
  for (const stream of STREAMS) rmSync(placeOf(base, id, stream), { force: true });
}

const placeOf = (base: string, id: string, stream: string): string =>
  `${base}/${FOLDER}/${id
    .replace(/^\/\/:?/, '')
    .replace(/[^A-Za-z0-9._+=,@-]+/g, '~')
    .slice(-180)}.${stream}`;
