import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { labelOf, type TargetSpec, Workspace } from './model.ts';
import { liesThere, Oracle } from './oracle.ts';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once stderr holds this text. */
  says(text: string): Promise<void>;
}

export interface RealOptions {
  readonly root: string;
  readonly cache: string;
  readonly args?: readonly string[];
  /** What stands before `node`: a tracer, limits. */
  readonly prefix?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the real program. */
export function startBuild({
  root,
  cache,
  args = ['build', '//...'],
  prefix = [],
  env = {},
}: RealOptions): Running {
  const [command = '', ...rest] = [...prefix, process.execPath, inject('recompBin'), ...args];
  const child = spawn(command, rest, {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: join(cache, '..'), RECOMP_CACHE_DIR: cache, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
    for (const listener of listeners) listener();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stderr }));
  });
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (!stderr.includes(text)) return;
        listeners.delete(check);
        resolve();
      };
      listeners.add(check);
      check();
      void ended.then(() =>
        stderr.includes(text)
          ? resolve()
          : reject(new Error(`it ended without saying "${text}":\n${stderr}`)),
      );
    });
  return { process: child, ended, says };
}

export const buildReal = (options: RealOptions): Promise<Ended> => startBuild(options).ended;

export interface Place {
  readonly folder: string;
  readonly cache: string;
  readonly workspace: Workspace;
  remove(): void;
}

/** A folder with a cache and an empty workspace. */
export function makePlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'recomp-fault-'));
  const cache = `${folder}/cache`;
  mkdirSync(cache);
  return {
    folder,
    cache,
    workspace: new Workspace(`${folder}/ws`),
    // Something that was killed may write until it is really gone.
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }),
  };
}

const target = (name: string, more: Partial<TargetSpec>): TargetSpec => ({
  pkg: 'p',
  name,
  kind: 'command',
  op: 'cat',
  salt: 's',
  srcs: [],
  glob: false,
  deps: [],
  out: `${name}.out`,
  ...more,
});

/** Files, a folder, a link, an executable, one that stays the same when comments change: five actions. */
export function furnish(workspace: Workspace): void {
  workspace.write('p/a.txt', { content: 'ash oak\n# one\n', executable: false });
  workspace.write('p/b.txt', { content: 'birch\n', executable: true });
  workspace.setTargets([
    target('strip', { op: 'strip', srcs: ['p/a.txt'] }),
    target('parts', { op: 'split', deps: ['//p:strip'] }),
    target('modes', { op: 'modes', srcs: ['p/b.txt'], deps: ['//p:parts'] }),
    target('cat', { srcs: ['p/b.txt'], deps: ['//p:strip', '//p:parts'] }),
    target('top', { op: 'heads', deps: ['//p:cat', '//p:modes'] }),
  ]);
}

/** What a clean build makes, against what lies there; the first difference. */
export function firstWrong(workspace: Workspace): string | undefined {
  const { outputs } = new Oracle(workspace).forecast(workspace.targets.map(labelOf));
  for (const [path, made] of outputs) {
    if (!liesThere(`${workspace.root}/${path}`, made))
      return `${path} is not ${JSON.stringify('tree' in made ? [...made.tree.keys()] : made)}`;
  }
  return undefined;
}

/** Files that unfinished work left where users look. */
export function litter(workspace: Workspace): string[] {
  const out = `${workspace.root}/recomp-out`;
  return existsSync(out)
    ? readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('.unfinished/'))
    : [];
}

/** How many actions the last run ran. */
export function lastTotals(workspace: Workspace): Readonly<Record<string, number>> {
  const manifest: { totals: Record<string, number> } = JSON.parse(
    readFileSync(`${workspace.root}/.recomp/runs/latest/run-manifest.json`, 'utf8'),
  );
  return manifest.totals;
}

/** Commands that say what somebody must have seen to know they still live. */
export const processesWith = (marker: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(marker);
      } catch {
        return false;
      }
    })
    .map(Number);

/** Until it holds: for what other processes do in their own time. */
export async function until(holds: () => boolean, what: string, limitMs = 120_000): Promise<void> {
  for (const end = Date.now() + limitMs; !holds(); ) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
