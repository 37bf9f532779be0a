import { sorted } from '../base/order.ts';
import { actionEnvironment, TOOLS_DIR } from '../model/action-environment.ts';
import { OUTPUT_DIR } from '../model/exec-paths.ts';
import type { ExecutionRequest, StagedTool } from '../ports/executor.ts';
import type { Enclosure } from './enclosure/enclosure.ts';
import { inBaseSystem, type View } from './enclosure/view.ts';
import type { ShellJob } from './runner/command-line.ts';
import type { Launch } from './slot.ts';
import type { SlotPaths } from './staging/slot-folder.ts';
import type { Stage } from './staging/stage.ts';

export interface PlannedJob {
  readonly launch: Launch;
  readonly job: ShellJob;
  /** A process between the action and our shell turns signals into exit codes. */
  readonly relayed: boolean;
}

/** Outside of any root. */
export const PLAIN: Launch = { key: 'plain', words: () => ['/bin/sh'] };

/**
 * Where an action needs no mounts of its own it is started inside a root that its slot keeps (building one takes
 * 4 ms, entering it 1.3); else from outside, in a root of its own.
 */
export function enclosedJob(
  slot: SlotPaths,
  request: ExecutionRequest,
  stage: Stage,
  enclosure: Enclosure,
): PlannedJob {
  const view = viewOf(slot, request, stage);
  const { inner } = enclosure;
  const { argv } = request;
  const parent = inner ? parentFor(argv) : [];
  const env = actionEnvironment(request.env);
  const relayed = parent.length > 0 || inner === undefined;
  if (!inner || stage.mounts.length > 0 || stage.writable.some((w) => w !== OUTPUT_DIR)) {
    return {
      launch: PLAIN,
      job: { argv, env, parent, prefix: [...enclosure.outer(view), ...(inner ?? [])] },
      relayed,
    };
  }
  return { launch: keptRoot(enclosure, view), job: { argv, env, prefix: inner, parent }, relayed };
}

/** What most actions of a slot are started with. */
export function defaultLaunch(slot: SlotPaths, enclosure: Enclosure | undefined): Launch {
  if (!enclosure?.inner) return PLAIN;
  return keptRoot(enclosure, { slot, network: false, toolFiles: [], inputs: [], writable: [OUTPUT_DIR] });
}

const keptRoot = (enclosure: Enclosure, view: View): Launch => ({
  key: JSON.stringify([view.network, view.toolFiles]),
  words: () => [...enclosure.outer(view), '/bin/sh'],
});

export const viewOf = (slot: SlotPaths, request: ExecutionRequest, stage: Stage): View => ({
  slot,
  network: request.network,
  toolFiles: toolFiles(request.tools),
  inputs: stage.mounts,
  writable: stage.writable,
});

/** Without namespaces: a folder of its own and the exact environment is all there is. */
export function stagedJob(slot: SlotPaths, request: ExecutionRequest): PlannedJob {
  const env = stagedEnvironment(slot, request);
  return { launch: PLAIN, job: { argv: request.argv, env, prefix: [], cwd: slot.work }, relayed: false };
}

/** The fixed folders are real ones here. */
export const stagedEnvironment = (
  slot: { readonly bin: string; readonly home: string; readonly tmp: string },
  request: ExecutionRequest,
): Record<string, string> => {
  const env = actionEnvironment(request.env);
  return {
    ...env,
    HOME: slot.home,
    PATH: env['PATH']?.replace(TOOLS_DIR, () => slot.bin) ?? slot.bin,
    TMPDIR: slot.tmp,
  };
};

/**
 * The first process of a PID namespace cannot be ended by signals from inside, its own abort() included. A shell
 * lives well with that (it starts others); anything else gets one as its parent (which must not take `echo` for
 * its own).
 */
const parentFor = (argv: readonly string[]): readonly string[] =>
  SHELL.test(argv[0] ?? '') ? [] : ['/bin/sh', '-c', '(exec "$@"); exit $?', 'sh'];

const SHELL = /^(?:(?:\/usr)?\/bin\/)?(?:sh|dash|bash)$/;

const toolFiles = (tools: readonly StagedTool[]): string[] =>
  sorted(new Set(tools.flatMap((t) => [t.path, ...t.files]).filter((path) => !inBaseSystem(path))));
