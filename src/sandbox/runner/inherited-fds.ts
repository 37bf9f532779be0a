import { openSync, readdirSync, readFileSync } from 'node:fs';

/**
 * Descriptors that whoever started us left open for our children too: an action could read through them, or leave its
 * root through an open folder. Node marks its own as close-on-exec, so whatever is not marked came from outside.
 */
export function inheritedFds(): readonly number[] {
  found ??= list();
  return found;
}

let found: readonly number[] | undefined;

function list(): number[] {
  try {
    return readdirSync('/proc/self/fd')
      .map(Number)
      .filter((fd) => fd > 4 && !closesOnExec(fd));
  } catch {
    return [];
  }
}

function closesOnExec(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
    return flags === undefined || (Number.parseInt(flags, 8) & O_CLOEXEC) !== 0;
  } catch {
    return true;
  }
}

const O_CLOEXEC = 0o2000000;

/**
 * The descriptors of a child beyond 4 that has /dev/null in their places: dash cannot close descriptors above 9, and Node can
 * replace but not close them. -1: nothing of ours.
 */
export function covered(fds: readonly number[]): number[] {
  if (fds.length === 0) return [];
  devNull ??= openSync('/dev/null', 'r');
  const descriptors = new Array<number>(Math.max(...fds) - 4).fill(-1);
  for (const fd of fds) descriptors[fd - 5] = devNull;
  return descriptors;
}

let devNull: number | undefined;
