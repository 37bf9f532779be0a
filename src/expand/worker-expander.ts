import { Worker } from 'node:worker_threads';
import type { Expander, Expansion, RuleSet } from './expander.ts';
import { type NoReply, stuckExpanding, stuckLoading } from './stuck-worker.ts';
import {
  type ExpandMessage,
  type PackageUse,
  WORKER_MARK,
  type WorkerInit,
  type WorkerReply,
} from './worker-protocol.ts';

export interface WorkerExpanderOptions {
  readonly workspaceRoot: string;
  readonly use: readonly PackageUse[];
  /** The bundled `worker-main.ts`. */
  readonly workerUrl: URL;
  /** The bundled `src/rule-api/index.ts`. */
  readonly rulesUrl: URL;
  readonly builtInRoot: string;
  readonly debug?: boolean;
  /** For loading one package, and for one target. */
  readonly timeoutMs?: number;
  /** What rule code prints with `console`. */
  readonly onOutput?: (text: string) => void;
}

/**
 * Rule packages in a thread of their own: code that has been loaded can be forgotten only with its thread, and
 * what it does to its globals stays there.
 */
export function workerExpander(options: WorkerExpanderOptions): Expander {
  const { timeoutMs = 30_000 } = options;
  const progress = new SharedArrayBuffer(8);
  const where = new Int32Array(progress);
  const init = workerInit(options, progress);
  const worker = new Worker(options.workerUrl, {
    workerData: init,
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
  });
  for (const stream of [worker.stdout, worker.stderr]) {
    stream.on('data', (chunk: Buffer) => options.onOutput?.(chunk.toString('utf8')));
  }
  let ended = false;
  worker.on('exit', () => {
    ended = true;
  });
  // Nobody may be waiting when it fails.
  worker.on('error', () => {});

  const describe = async (): Promise<RuleSet> => {
    const reply = await nextReply(worker, where, timeoutMs);
    if (reply.kind === 'rules') return reply.rules;
    return {
      rules: [],
      diagnostics: [stuckLoading(options.use, where, reply, timeoutMs)],
      files: [],
      identity: {},
    };
  };
  const expand = async (message: ExpandMessage): Promise<Expansion> => {
    // What ended it has been said.
    if (ended) return { ...NOTHING, diagnostics: [] };
    where.fill(0);
    const reply = nextReply(worker, where, timeoutMs);
    worker.postMessage(message);
    const got = await reply;
    if (got.kind === 'expanded') return got.expansion;
    if (got.kind === 'bug') throw new Error(got.message);
    return {
      ...NOTHING,
      diagnostics: [stuckExpanding(message.targets, where, got, timeoutMs)],
    };
  };
  const described = describe();
  return {
    describe: () => described,
    expand: async (targets, already, tools) => {
      await described;
      return expand({ targets, already, tools });
    },
    close: async () => {
      await worker.terminate();
    },
  };
}

const NOTHING = { targets: [], provisional: [], listedFolders: [], askedTools: [] } as const;

const workerInit = (options: WorkerExpanderOptions, progress: SharedArrayBuffer): WorkerInit => ({
  mark: WORKER_MARK,
  workspaceRoot: options.workspaceRoot,
  use: options.use,
  rulesUrl: options.rulesUrl.href,
  builtInRoot: options.builtInRoot,
  debug: options.debug ?? false,
  progress,
});

/** The worker's next word; one that has been at the same thing for too long is ended. */
function nextReply(worker: Worker, where: Int32Array, timeoutMs: number): Promise<WorkerReply | NoReply> {
  return new Promise((settle) => {
    let place = where.join();
    const finish = (reply: WorkerReply | NoReply): void => {
      clearInterval(timer);
      worker.off('message', finish).off('error', onError).off('exit', onExit);
      settle(reply);
    };
    const onError = (error: unknown): void =>
      finish({ kind: 'died', message: error instanceof Error ? error.message : String(error) });
    const onExit = (code: number): void =>
      finish({ kind: 'died', message: `its thread ended with code ${code}` });
    const timer = setInterval(() => {
      const before = place;
      place = where.join();
      if (place !== before) return;
      void worker.terminate().then(() => finish({ kind: 'timeout' }));
      clearInterval(timer);
      worker.off('exit', onExit);
    }, timeoutMs);
    worker.on('message', finish).on('error', onError).on('exit', onExit);
  });
}
