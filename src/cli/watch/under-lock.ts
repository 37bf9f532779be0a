import { lockWorkspace } from '../../journal/workspace-lock.ts';
import { makeFolders } from '../commands/build.ts';
import type { BuildRequestKey } from '../fast-path.ts';

export interface LockWishes {
  readonly request: BuildRequestKey;
  /** Whose lock it is, for others who wait. */
  readonly command: string;
  readonly signal: AbortSignal;
  readonly onWaiting: (owner: string) => void;
}

/** Does it when nobody else changes the workspace; `waited`: somebody did. Not at all, if the signal comes first. */
export async function underLock(
  { request, command, signal, onWaiting }: LockWishes,
  work: (waited: boolean) => Promise<void>,
): Promise<void> {
  await makeFolders(request);
  let waited = false;
  const lock = await lockWorkspace(
    request.stateDir,
    command,
    (owner, file) => {
      waited = true;
      onWaiting(owner ? `\`${owner.command}\` (process ${owner.pid})` : file);
    },
    signal,
  );
  if (!lock) return;
  try {
    await work(waited);
  } finally {
    lock.release();
  }
}
