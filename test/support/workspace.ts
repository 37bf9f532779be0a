import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, inject } from 'vitest';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Relative to the workspace. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** A folder of its own with a cache of its own, and the real program to use on it. */
export interface TestWorkspace {
  readonly root: string;
  readonly cache: string;
  run(args: readonly string[], options?: RunOptions): Ran;
  write(path: string, text: string): void;
  read(path: string): string;
  remove(path: string): void;
  environment(more?: Readonly<Record<string, string>>): NodeJS.ProcessEnv;
}

const made: string[] = [];

afterAll(() => {
  // Something that was killed may write until it is really gone.
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
});

/** Made before each test that needs one; removed when its file is done. */
export function createWorkspace(files: Readonly<Record<string, string>> = {}): TestWorkspace {
  const folder = mkdtempSync(join(tmpdir(), 'recomp-e2e-'));
  made.push(folder);
  const root = join(folder, 'ws');
  const cache = join(folder, 'cache');
  mkdirSync(root);
  const environment = (more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
    PATH: process.env['PATH'],
    HOME: folder,
    // Compiled code is shared: thousands of starts would compile the same again.
    XDG_CACHE_HOME: join(dirname(inject('recompBin')), 'home-cache'),
    RECOMP_CACHE_DIR: cache,
    ...more,
  });
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  return {
    root,
    cache,
    environment,
    write,
    read: (path) => readFileSync(join(root, path), 'utf8'),
    remove: (path) => rmSync(join(root, path), { recursive: true, force: true }),
    run(args, { cwd = '', env = {}, input = '' } = {}) {
      const { status, stdout, stderr, error } = spawnSync(process.execPath, [inject('recompBin'), ...args], {
        cwd: join(root, cwd),
        env: environment(env),
        input,
        encoding: 'utf8',
        timeout: 240_000,
      });
      if (error) throw error;
      return { code: status, stdout, stderr };
    },
  };
}
