import { spawn } from 'node:child_process';
import { inject } from 'vitest';
import type { Ran, TestWorkspace } from './workspace.ts';

/** Like `run`, while this process goes on: for commands that talk to a server in it. */
export function runBeside(
  workspace: TestWorkspace,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [inject('recompBin'), ...args], {
      cwd: workspace.root,
      env: workspace.environment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const out = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      out.stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      out.stderr += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...out }));
  });
}
