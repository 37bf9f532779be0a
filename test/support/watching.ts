import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, inject } from 'vitest';
import type { TestWorkspace } from './workspace.ts';

/** A line that `recomp watch --json` printed. */
export interface Told {
  readonly type: string;
  readonly [key: string]: unknown;
}

export interface RoundTold {
  readonly changed: readonly string[];
  /** Actions that really ran, in the order in which they ended. */
  readonly ran: readonly string[];
  readonly started: readonly string[];
  readonly cancelled: readonly string[];
  readonly end: Told;
}

/** A real `recomp watch`, whose next word can be awaited. */
export interface Watching {
  readonly process: ChildProcess;
  readonly pid: number;
  /** The next event of this type that nobody has awaited yet. */
  next(type: string): Promise<Told>;
  /** The next round that was built, whole, and that the session rests after it. */
  round(): Promise<RoundTold>;
  /** Whatever comes before it: the session rests. */
  rested(): Promise<void>;
  /** Events that came since and were not awaited. */
  pending(): readonly Told[];
  stderr(): string;
  /** Does this while the watcher is stopped: it hears of all of it at once. */
  held(work: () => void): void;
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

const running: Watching[] = [];

afterEach(async () => {
  for (const watching of running.splice(0)) await watching.end('SIGKILL');
});

/** Started, and through its first round. */
export async function watchWorkspace(
  workspace: TestWorkspace,
  words: readonly string[] = ['//...'],
  env: Readonly<Record<string, string>> = {},
): Promise<Watching> {
  const watching = startWatching(workspace, words, env);
  await watching.next('resting');
  return watching;
}

export function startWatching(
  workspace: TestWorkspace,
  words: readonly string[] = ['//...'],
  env: Readonly<Record<string, string>> = {},
): Watching {
  const child = spawn(process.execPath, [inject('recompBin'), 'watch', '--json', ...words], {
    cwd: workspace.root,
    env: workspace.environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const queue: Told[] = [];
  let text = '';
  let stderr = '';
  let heard = (): void => {};
  let over: string | undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) queue.push(parseTold(line));
    heard();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  const closed = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      over = `recomp watch ended with ${code}: ${stderr}`;
      heard();
      resolve(code);
    });
  });
  const take = (): Promise<Told> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const told = queue.shift();
        if (told) resolve(told);
        else if (over !== undefined) reject(new Error(over));
        else return;
        heard = () => {};
      };
      heard = look;
      look();
    });
  const next = async (type: string): Promise<Told> => {
    for (;;) {
      const told = await take();
      if (told.type === `recomp.watch.${type}`) return told;
      if (told.type === 'recomp.watch.workspace.broken') throw new Error(JSON.stringify(told));
    }
  };
  const watching: Watching = {
    process: child,
    pid: child.pid ?? -1,
    next,
    round: async () => roundOf(await next('round.started'), take),
    rested: async () => {
      while ((await take()).type !== 'recomp.watch.resting');
    },
    pending: () => [...queue],
    stderr: () => stderr,
    held: (work) => {
      child.kill('SIGSTOP');
      try {
        work();
      } finally {
        child.kill('SIGCONT');
      }
    },
    end: async (signal = 'SIGTERM') => {
      if (over === undefined) child.kill(signal);
      return closed;
    },
  };
  running.push(watching);
  return watching;
}

async function roundOf(start: Told, take: () => Promise<Told>): Promise<RoundTold> {
  const told: Told[] = [];
  let end: Told | undefined;
  for (;;) {
    const one = await take();
    told.push(one);
    if (/\.(round\.completed|workspace\.broken)$/.test(one.type)) {
      end = one;
      break;
    }
  }
  const of = (type: string, isIt: (one: Told) => boolean): string[] =>
    told.flatMap((one) =>
      one.type === `recomp.watch.action.${type}` && isIt(one) ? [String(one['action'])] : [],
    );
  const { changed } = start;
  return {
    changed: Array.isArray(changed) ? changed.map(String) : [],
    ran: of('completed', (one) => one['source'] === 'executed'),
    started: of('started', () => true),
    cancelled: of('completed', (one) => one['status'] === 'cancelled'),
    end,
  };
}

function parseTold(line: string): Told {
  const value: unknown = JSON.parse(line);
  if (!isTold(value)) throw new Error(`no event: ${line}`);
  return value;
}

const isTold = (value: unknown): value is Told =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
