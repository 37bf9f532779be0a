import type { Child, ChildEvents } from './child.ts';
import { coveringInherited } from './inherited-fds.ts';

/** By Node's own module, which is loaded here and not before: that takes as long as a small action. */
export function startNodeChild(
  words: readonly string[],
  descriptors: readonly number[],
  { heard, ended }: ChildEvents,
): Child {
  const [file = '', ...args] = words;
  const { spawn } = process.getBuiltinModule('node:child_process');
  const given = coveringInherited(descriptors).map((fd) => (fd < 0 ? 'ignore' : fd));
  const stdio = ['pipe', 'pipe', 'pipe', ...given] as const;
  const child = spawn(file, args, { detached: true, env: {}, stdio: [...stdio], cwd: '/' });
  let over = false;
  const end = (signal: string | undefined, code: number | undefined, problem?: string): void => {
    if (!over) ended(signal, code, problem);
    over = true;
  };
  child.on('close', (code, signal) => end(signal ?? undefined, code ?? undefined));
  child.on('error', (error) => end(undefined, undefined, error.message));
  // What it no longer reads it will not be told; its end says why.
  child.stdin?.on('error', () => {});
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('latin1').on('data', heard);
  return {
    pid: child.pid,
    tell: (text) => void child.stdin?.write(text),
    hangUp: () => void child.stdin?.end(),
  };
}
