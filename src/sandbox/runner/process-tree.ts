import { readdirSync, readFileSync } from 'node:fs';

/**
 * Ends a process, its group and all that descends from it, and waits until they are gone. Everything is stopped
 * first, so that nothing can fork away between the look and the kill. What has left both its parents and its
 * group before (a daemon) is found only inside a PID namespace, which ends with its first process.
 */
export async function killTree(root: number): Promise<void> {
  const found = freeze(root);
  for (const pid of found) send(pid, 'SIGKILL');
  send(-root, 'SIGKILL');
  await gone([...found]);
}

/** Whether a process is there and not a zombie. */
export function isAlive(pid: number): boolean {
  const stat = readStat(pid);
  return stat !== undefined && stat.state !== 'Z' && stat.state !== 'X';
}

/** Ticks since boot at which it started: with the pid, a name that no later process has. */
export const startTime = (pid: number): string | undefined => readStat(pid)?.start;

function freeze(root: number): Set<number> {
  const found = new Set([root]);
  send(-root, 'SIGSTOP');
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent, group } of processes()) {
      if (found.has(pid) || !(found.has(parent) || group === root)) continue;
      send(pid, 'SIGSTOP');
      found.add(pid);
    }
  }
  return found;
}

async function gone(pids: readonly number[]): Promise<void> {
  for (let tries = 0; tries < 2500 && pids.some(isAlive); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}

interface Stat {
  readonly pid: number;
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly start: string;
}

function processes(): Stat[] {
  const all: Stat[] = [];
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : undefined;
    if (stat) all.push(stat);
  }
  return all;
}

function readStat(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The name in brackets may hold anything, brackets included.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    state: fields[0] ?? '',
    parent: Number(fields[1]),
    group: Number(fields[2]),
    start: fields[19] ?? '',
  };
}
