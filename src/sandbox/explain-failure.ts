import { closeSync, existsSync, fstatSync, openSync, readSync, statfsSync } from 'node:fs';
import type { ExecutionEnd, ExecutionRequest } from '../ports/executor.ts';
import type { SlotPaths } from './staging/slot-folder.ts';

/**
 * What a failure really was, where that is to be seen in what surrounds it: an input that has gone meanwhile, or no room
 * left where actions run. Looked at while the action's files still lie there.
 */
export function explainFailure(
  end: ExecutionEnd,
  slot: Pick<SlotPaths, 'path' | 'stderr'>,
  request: ExecutionRequest,
): ExecutionEnd {
  if (end.kind === 'signalled' || (end.kind === 'exited' && end.code !== 0))
    return noRoom(slot.path, speaksOfRoom(slot.stderr) ? NEARLY_NOTHING : NOTHING) ?? end;
  if (end.kind !== 'sandbox-failed') return end;
  const gone = request.inputs.find((input) => input.kind !== 'bytes' && !existsSync(input.from));
  return gone ? { kind: 'input-missing', path: gone.at } : (noRoom(slot.path, NEARLY_NOTHING) ?? end);
}

/** Even the words for it find no room then. */
const NOTHING = 256 * 1024;
/** Tools take away what they could not finish; but less than this is what an action may well have wanted. */
const NEARLY_NOTHING = 16 * 1024 ** 2;

function noRoom(folder: string, limit: number): ExecutionEnd | undefined {
  const { bavail, bsize, files, ffree } = statfsSync(folder);
  if (bavail * bsize >= limit && (files === 0 || ffree > 0)) return undefined;
  const inMemory = folder.startsWith('/dev/shm/');
  return {
    kind: 'sandbox-failed',
    message: `no room is left where actions run: ${folder}${inMemory ? ', which is in memory' : ''}`,
    help: inMemory
      ? 'RECOMP_SANDBOX_ON_DISK=1 runs actions below .recomp/ instead; fewer at once (--jobs) need less'
      : 'make room on that disk; fewer actions at once (--jobs) need less',
  };
}

function speaksOfRoom(stderr: string): boolean {
  try {
    return /no space left|ENOSPC/i.test(lastOf(stderr));
  } catch {
    return false;
  }
}

const LOOK = 16 * 1024;

function lastOf(file: string): string {
  const fd = openSync(file, 'r');
  try {
    const start = Math.max(0, fstatSync(fd).size - LOOK);
    const buffer = Buffer.alloc(LOOK);
    return buffer.toString('latin1', 0, readSync(fd, buffer, 0, LOOK, start));
  } finally {
    closeSync(fd);
  }
}
