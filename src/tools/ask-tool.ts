export interface ToolAnswer {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a tool for a moment to ask it something, in an environment that is the same everywhere. */
export function askTool(path: string, args: readonly string[]): ToolAnswer {
  // Loaded here: it takes as long as a small action, and most builds ask nothing.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const result = spawnSync(path, [...args], {
    env: { LANG: 'C', LC_ALL: 'C', PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/nonexistent' },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: 20_000,
    killSignal: 'SIGKILL',
    maxBuffer: 4 * 1024 * 1024,
    cwd: '/',
  });
  return { ok: result.status === 0, stdout: result.stdout ?? '', stderr: result.stderr ?? '' };
}
