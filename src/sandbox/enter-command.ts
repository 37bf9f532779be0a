import { actionEnvironment } from '../model/action-environment.ts';
import type { ExecutionRequest } from '../ports/executor.ts';
import type { Enclosure } from './enclosure/enclosure.ts';
import { shellJoin, shellQuote } from './runner/shell-words.ts';
import { stagedEnvironment, viewOf } from './sandboxed-job.ts';
import type { SlotPaths } from './staging/slot-folder.ts';
import type { Stage } from './staging/stage.ts';

/** A command line that starts a shell where an action ran, with what it saw. */
export function enterCommand(
  slot: SlotPaths,
  request: ExecutionRequest,
  stage: Stage,
  enclosure: Enclosure | undefined,
): string {
  if (!enclosure) {
    return `cd ${shellQuote(slot.work)} && ${shellJoin(shellWith(stagedEnvironment(slot, request)))}`;
  }
  const words = [...enclosure.outer(viewOf(slot, request, stage)), ...(enclosure.inner ?? [])];
  return shellJoin([...words, ...shellWith(actionEnvironment(request.env))]);
}

const shellWith = (env: Readonly<Record<string, string>>): string[] => [
  '/usr/bin/env',
  '-i',
  ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
  '/bin/sh',
];
