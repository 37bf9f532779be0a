import { constants } from 'node:os';
import type { ExecutionEnd } from '../../ports/executor.ts';

/**
 * What a shell's `$?` says about a process. A shell gives 128 + n both for `exit 137` and for SIGKILL. Where it prints
 * a word about the signal ("Killed") when its child really died of one, that decides. dash prints nothing for
 * SIGINT and SIGPIPE, so a process that dies of these is reported as having left with 130 or 141.
 * Behind one more process that turns signals into exit codes (`relayed`) a crash is assumed instead where the
 * number is that of a signal nobody uses as an exit code.
 */
export function endOfStatus(code: number, said: string, relayed: boolean): ExecutionEnd {
  const signal = SIGNALS.get(code - 128);
  if (signal !== undefined && (said !== '' || (relayed && CRASHES.has(signal))))
    return { kind: 'signalled', signal };
  return { kind: 'exited', code };
}

/** A signal reaches the shell that runs actions only from an action that kills its whole group, or from a system out of memory. */
export function endOfDeath({
  said,
  signal,
}: {
  readonly said: string;
  readonly signal?: string;
}): ExecutionEnd {
  if (signal !== undefined) return { kind: 'signalled', signal };
  return { kind: 'sandbox-failed', message: said === '' ? 'the shell that runs actions has ended' : said };
}

const SIGNALS = new Map<number, string>(Object.entries(constants.signals).map(([name, n]) => [n, name]));
SIGNALS.set(constants.signals.SIGABRT, 'SIGABRT');

/** Undefined for 0. */
export const signalName = (n: number): string | undefined =>
  n === 0 ? undefined : (SIGNALS.get(n) ?? `SIG${n}`);

const CRASHES: ReadonlySet<string> = new Set([
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGKILL',
  'SIGSEGV',
  'SIGSYS',
  'SIGTERM',
  'SIGTRAP',
  'SIGXCPU',
  'SIGXFSZ',
]);
