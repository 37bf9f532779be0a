import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Ends what would wait for ever, on the slowest machine. */
const LONG_MS = 120_000;

/** The processes below this one, whatever they are by now. */
export function descendants(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const parent = parentOf(name);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  const queue = [pid];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    const below = children.get(at) ?? [];
    found.push(...below);
    queue.push(...below);
  }
  return found;
}

/** The one of its descendants that was started with these words. */
export function startedBy(pid: number, words: string): number | undefined {
  const isIt = (each: number): boolean => {
    try {
      return readFileSync(`/proc/${each}/cmdline`, 'utf8').split('\0').join(' ').trim() === words;
    } catch {
      return false;
    }
  };
  return descendants(pid).find(isIt);
}

/** Until there is such a one. */
export async function started(pid: number, words: string): Promise<number> {
  for (const end = Date.now() + LONG_MS; ; ) {
    const found = startedBy(pid, words);
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`nobody has started ${words}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function parentOf(name: string): number | undefined {
  if (!/^\d+$/.test(name)) return undefined;
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

/**
 * Until all below it wait for something. Only then does bubblewrap end with whoever started it: its first process binds itself to
 * its parent after it has started the second, in which actions run.
 */
export async function atRest(pid: number): Promise<void> {
  const isAsleep = (each: number): boolean => {
    try {
      return /^State:\s+S/m.test(readFileSync(`/proc/${each}/status`, 'latin1'));
    } catch {
      return false;
    }
  };
  for (const end = Date.now() + LONG_MS; !descendants(pid).every(isAsleep); ) {
    if (Date.now() > end) throw new Error('something below it never rests');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}

/** Megabytes that the process holds. */
export const residentMb = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? Number.NaN) / 1024;

/** Open files and the like. */
export const openHandles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** What a process and all below it ask of the system within so many seconds; what they were waiting for does not count. */
export async function systemCalls(pid: number, seconds: number): Promise<string[]> {
  const pids = [pid, ...descendants(pid)].flatMap((each) => ['-p', String(each)]);
  const strace = spawn('strace', ['-f', '-qq', ...pids], { stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  strace.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const ended = new Promise((resolve) => strace.on('close', resolve));
  strace.kill('SIGINT');
  await ended;
  // Attaching interrupts what waits; it goes on waiting.
  return text
    .split('\n')
    .filter(
      (line) =>
        line !== '' &&
        !/(<unfinished|<detached|resumed>|ERESTART|restart_syscall|^strace:|\)\s+= \?)/.test(line) &&
        !isWaiting(line),
    );
}

/** A call that had begun before, and has not ended. */
const isWaiting = (line: string): boolean => /^(\[pid\s+\d+\] )?\w+\([^)]*$/.test(line);
