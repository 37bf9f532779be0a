import { openSync, readdirSync, readFileSync } from 'node:fs';

/**
 * Descriptors that whoever started us left open for our children too: an action could read through them, or leave its
 * root through an open folder. Node marks its own as close-on-exec, so whatever is not marked came from outside.
 */
function inheritedFds(): readonly number[] {
  found ??= list();
  return found;
}

let found: readonly number[] | undefined;

function list(): number[] {
  try {
    return readdirSync('/proc/self/fd')
      .map(Number)
      .filter((fd) => fd > 2 && !closesOnExec(fd));
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
 * A child's descriptors from 3 on, and behind them /dev/null in the places of those: dash cannot close descriptors above 9, and
 * Node can replace but not close them. -1: nothing of ours.
 */
export function coveringInherited(descriptors: readonly number[]): readonly number[] {
  const fds = inheritedFds().filter((fd) => fd >= 3 + descriptors.length);
  if (fds.length === 0) return descriptors;
  devNull ??= openSync('/dev/null', 'r');
  const all = [...descriptors, ...new Array<number>(Math.max(...fds) - 2 - descriptors.length).fill(-1)];
  for (const fd of fds) all[fd - 3] = devNull;
  return all;
}

let devNull: number | undefined;
