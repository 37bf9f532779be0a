import type { SandboxMode } from '../../model/isolation.ts';
import type { WatchEvent } from '../../report/watch-event.ts';
import type { BuildArguments } from '../build-arguments.ts';
import { type BuildRequestKey, findRoot, requestKey } from '../fast-path.ts';

/** What to build, and how. */
export interface BuildOptions {
  /** A folder of the workspace; relative patterns are taken from it. Default: the current folder. */
  readonly cwd?: string;
  /** `//...`, `//a:b`, `:c`, `-//left/out/...` */
  readonly patterns: readonly string[];
  /** How many actions run at once. Default: as many as there are processors. */
  readonly jobs?: number;
  /** After a failure, go on with what does not depend on it. Default: true. */
  readonly keepGoing?: boolean;
  /** Run every action, even one whose result is known. */
  readonly force?: boolean;
  /** Default: what recomp.toml says, else `auto`. */
  readonly sandbox?: SandboxMode;
  /** Told everything as it happens. */
  readonly onEvent?: (event: WatchEvent) => void;
  /** Ends what runs. */
  readonly signal?: AbortSignal;
}

/** The workspace is not there. */
export class NoWorkspaceError extends Error {
  override readonly name = 'NoWorkspaceError';

  constructor(cwd: string) {
    super(`this is no workspace: neither ${cwd} nor a folder above it has a recomp.toml`);
  }
}

export function requireWorkspace(cwd: string): string {
  const root = findRoot(cwd);
  if (root === undefined) throw new NoWorkspaceError(cwd);
  return root;
}

/** What a session is asked for, in the words of a command line. */
export function asked(options: BuildOptions): { args: BuildArguments; request: BuildRequestKey } {
  if (options.patterns.length === 0) throw new TypeError('patterns: name what to build, such as "//..."');
  const cwd = options.cwd ?? process.cwd();
  const args: BuildArguments = {
    patterns: options.patterns,
    jobs: options.jobs,
    keepGoing: options.keepGoing ?? true,
    dryRun: false,
    force: options.force ?? false,
    explain: true,
    profile: undefined,
    events: undefined,
    sandbox: options.sandbox,
    keepSandbox: false,
    remoteCache: undefined,
    remoteExecutor: undefined,
    strategy: undefined,
    noRemote: false,
    remoteDownload: undefined,
    verifyDeterminism: false,
    json: true,
    help: false,
  };
  const request = requestKey(requireWorkspace(cwd), cwd, args.patterns, args.sandbox, process.env);
  return { args, request };
}
