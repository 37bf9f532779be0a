import { constants } from 'node:os';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
/** What shells answer when a file is there and cannot be started. */
const CANNOT_START = 126;

/** Starts a program in this terminal and waits for it; its exit code, or 128 + the signal that ended it. */
export async function startProgram(
  file: string,
  args: readonly string[],
  say: (message: string) => void,
): Promise<number> {
  const { execa } = await import('execa');
  // Before the program is there: it may ask for a signal with its first breath.
  const signals = holdSignals();
  const child = execa(file, [...args], { stdio: 'inherit', reject: false, cleanup: false });
  signals.sendTo((signal) => void child.kill(signal));
  const ended = await child;
  signals.release();
  if (ended.signal !== undefined) return 128 + (constants.signals[ended.signal] ?? 0);
  if (ended.exitCode !== undefined) return ended.exitCode;
  say(`${file} cannot be started: ${reasons[ended.code ?? ''] ?? ended.code ?? 'for an unknown reason'}`);
  return CANNOT_START;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'what its first line (#!…) names is not on this machine, or the loader it was linked for',
  EACCES: 'the system does not let it run',
};

type Send = (signal: NodeJS.Signals) => void;

/** Signals go to the program; those that come before it is there wait for it. */
function holdSignals(): { sendTo(send: Send): void; release(): void } {
  let send: Send | undefined;
  const waiting: NodeJS.Signals[] = [];
  const handlers = FORWARDED.map((signal) => {
    const handler = (): void => {
      // What is typed at a terminal reaches the program by itself; it must not come twice.
      if (process.stdin.isTTY === true && (signal === 'SIGINT' || signal === 'SIGQUIT')) return;
      if (send) send(signal);
      else waiting.push(signal);
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  return {
    sendTo(target) {
      send = target;
      for (const signal of waiting.splice(0)) target(signal);
    },
    release: () => {
      for (const off of handlers) off();
    },
  };
}
