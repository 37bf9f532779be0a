import { mkdirSync } from 'node:fs';
import { lockWorkspace } from '../../journal/workspace-lock.ts';
import { cacheDirectory } from '../../store/cache-directory.ts';
import { makeFolder } from '../../store/make-folder.ts';
import { recordMeasure } from '../../store/usage.ts';
import type { BuildArguments } from '../build-arguments.ts';
import type { BuildFrame } from '../build-frame.ts';
import { type BuildRequestKey, type FastAnswer, tryFastPath } from '../fast-path.ts';
import { listenForInterrupts } from '../interrupts.ts';
import { say } from '../print.ts';
import { runBuild } from '../run-build.ts';
import { stderr } from '../stderr.ts';

/** `recomp build` once there is more to do than to find that nothing changed. */
export async function buildCommand(
  args: BuildArguments,
  request: BuildRequestKey,
  first: FastAnswer,
  startedAt: number,
  frame: BuildFrame = {},
): Promise<number> {
  const interrupts = listenForInterrupts(() => say('stopping (again to stop at once)'));
  try {
    // What it waits for is a clock: meanwhile the code that is going to be needed can be read.
    await Promise.all([
      makeFolders(request),
      first.kind === 'go-on' && first.seen ? undefined : import('../load-workspace.ts'),
    ]);
    let waited = false;
    const command = frame.command ?? `recomp build ${args.patterns.join(' ')}`;
    const lock = await lockWorkspace(
      request.stateDir,
      command,
      (owner, file) => {
        waited = true;
        say(
          owner
            ? `waiting for \`${owner.command}\` (process ${owner.pid}), which is changing this workspace`
            : `waiting for the owner of ${file}`,
        );
      },
      interrupts.signal,
    );
    if (!lock) return interrupts.exitCode ?? 1;
    try {
      // What was seen before the wait is another's work by now.
      const known = waited ? tryFastPath(request, { ...args, json: true }, startedAt) : first;
      return await runBuild({ args, request, known, startedAt, interrupts, frame });
    } finally {
      lock.release();
    }
  } finally {
    interrupts.dispose();
    await stderr.settled();
  }
}

/** The clock by which files are stamped ticks every few milliseconds. */
const TICK_MS = 30;

/** Our own folders change the root's listing: the first time, a tick passes before it is read, so that it can be trusted after. */
export async function makeFolders({ root, stateDir }: BuildRequestKey): Promise<void> {
  const made = [`${stateDir}/state`, `${root}/recomp-out`].map((folder) =>
    mkdirSync(folder, { recursive: true }),
  );
  if (made.some((first) => first !== undefined) || makeCacheFolder(root))
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
}

/** It may lie in the workspace. Where it cannot be made, the build says so in its own words and goes on without. */
function makeCacheFolder(root: string): boolean {
  try {
    const folder = cacheDirectory(process.env, root);
    const made = makeFolder(folder);
    // Nothing is in it: that need not be found out by a walk when the build is done.
    if (made) recordMeasure(folder, 0, Date.now());
    return made;
  } catch {
    return false;
  }
}
