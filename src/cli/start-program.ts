import { constants } from 'node:os';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
/** What shells answer when a file is there and cannot be started. */
const CANNOT_START = 126;

/** Starts a program in this terminal and waits for it; its exit code, or 128 + the signal that ended it. */
export async function startProgram(file: string, args: readonly string[], say: (message: string) => void): Promise<number> {
  const { execa } = await import('execa');
  const child = execa(file, [...args], { stdio: 'inherit', reject: false, cleanup: false });
  const release = forwardSignals((signal) => child.kill(signal));
  const ended = await child;
  release();
  if (ended.signal !== undefined) return 128 + (constants.signals[ended.signal] ?? 0);
  if (ended.exitCode !== undefined) return ended.exitCode;
  const why = ended.code === 'ENOEXEC' ? 'a script needs a first line like #!/bin/sh' : (ended.code ?? 'unknown reason');
  say(`${file} cannot be started: ${why}`);
  return CANNOT_START;
}

function forwardSignals(send: (signal: NodeJS.Signals) => void): () => void {
  const handlers = FORWARDED.map((signal) => {
    // What is typed at a terminal reaches the program by itself; it must not come twice.
    const typed = process.stdin.isTTY === true && (signal === 'SIGINT' || signal === 'SIGQUIT');
    const handler = (): void => {
      if (!typed) send(signal);
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  return () => {
    for (const off of handlers) off();
  };
}
