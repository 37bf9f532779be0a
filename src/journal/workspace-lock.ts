import { randomBytes } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';

/** Who changes the workspace now. */
export interface LockOwner {
  readonly pid: number;
  /** Start time in clock ticks since boot: tells a process from a later one with its number. */
  readonly started: string;
  /** Process numbers mean something within one of these only. */
  readonly pidNamespace: string;
  readonly command: string;
  readonly since: number;
}

/** Tells a process from every other one of this machine. */
export type ProcessMark = Pick<LockOwner, 'pid' | 'started' | 'pidNamespace'>;

export interface WorkspaceLock {
  release(): void;
}

const POLL_MS = 100;

/** One command at a time changes a workspace; the others wait and say for whom. Left-overs of dead processes are taken over. */
export async function lockWorkspace(
  stateDir: string,
  command: string,
  onWait: (owner: LockOwner | undefined, file: string) => void,
  signal: AbortSignal,
): Promise<WorkspaceLock | undefined> {
  mkdirSync(stateDir, { recursive: true });
  const file = `${stateDir}/lock`;
  // Containers that share a workspace have processes of the same number.
  const mine = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const text = JSON.stringify(self(command));
  writeFileSync(mine, text);
  try {
    for (let waited = false; !signal.aborted; ) {
      if (tryLink(mine, file)) return { release: () => release(file, text) };
      const owner = lockOwner(file);
      const isGone = owner ? isDead(owner) && removeDead(file, mine) : !existsSync(file);
      if (isGone) continue;
      if (!waited) onWait(owner, file);
      waited = true;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return undefined;
  } finally {
    unlinkSync(mine);
  }
}

function self(command: string): LockOwner {
  return { ...processMark(), command, since: Date.now() };
}

/** This process, as others can tell whether it is still there. */
export const processMark = (): ProcessMark => ({
  pid: process.pid,
  started: startTime(process.pid) ?? '',
  pidNamespace: pidNamespace(),
});

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function release(file: string, text: string): void {
  try {
    if (readFileSync(file, 'utf8') === text) unlinkSync(file);
  } catch {
    // Somebody cleaned up; there is nothing left to give back.
  }
}

export function lockOwner(file: string): LockOwner | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isOwner(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isOwner = (value: unknown): value is LockOwner =>
  typeof value === 'object' &&
  value !== null &&
  'pid' in value &&
  typeof value.pid === 'number' &&
  'started' in value &&
  'pidNamespace' in value;

/** Only where its number can be judged: another container's process may be well alive. */
export const isDead = (owner: ProcessMark): boolean =>
  owner.pidNamespace === pidNamespace() && (startTime(owner.pid) ?? 'none') !== owner.started;

/**
 * Only who holds the guard removes a lock, and only after it has looked again: of those who see the same dead owner, a slow one
 * must not remove the lock of a quick one.
 */
function removeDead(file: string, mine: string): boolean {
  const guard = `${file}.guard`;
  if (!tryLink(mine, guard)) {
    removeIfDead(guard);
    return false;
  }
  try {
    return removeIfDead(file);
  } finally {
    unlinkSync(guard);
  }
}

function removeIfDead(file: string): boolean {
  const owner = lockOwner(file);
  if (!owner || !isDead(owner)) return false;
  rmSync(file, { force: true });
  return true;
}

function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return process.platform === 'linux' || !exists(pid) ? undefined : 'unknown';
  }
}

/** Where there is no /proc. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return 'none';
  }
}
