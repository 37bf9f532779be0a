import {
  type Dirent,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxKind } from '../../src/model/isolation.ts';
import type { ExecutionOutcome, ExecutionRequest, Executor, StagedInput } from '../../src/ports/executor.ts';
import { chooseExecutor } from '../../src/sandbox/choose-executor.ts';

export interface Rig {
  readonly executor: Executor;
  readonly workspace: string;
  readonly root: string;
  /** A file of the workspace, at its own path. */
  source(path: string, text: string, executable?: boolean): StagedInput;
  run(request: Partial<ExecutionRequest>, signal?: AbortSignal): Promise<Seen>;
  close(): Promise<void>;
}

/** An outcome that has been read and released. */
export interface Seen {
  readonly end: ExecutionOutcome['end'];
  readonly stdout: string;
  readonly stderr: string;
  readonly undeclared: readonly string[];
  readonly modified: readonly string[];
  readonly kept: ExecutionOutcome['kept'];
  readonly file: (path: string) => string | undefined;
}

/** Undefined: this machine cannot do that kind. */
export async function makeRig(kind: SandboxKind): Promise<Rig | undefined> {
  const root = mkdtempSync(join(tmpdir(), 'recomp-executor-'));
  const workspace = join(root, 'workspace');
  mkdirSync(workspace);
  const chosen = await chooseExecutor({
    mode: 'auto',
    workspaceRoot: workspace,
    stateDir: join(root, 'state'),
    kind,
  });
  if (!chosen.ok) {
    rmSync(root, { recursive: true, force: true });
    return undefined;
  }
  const { executor } = chosen.value;
  return {
    executor,
    workspace,
    root,
    source: (at, text, executable = false) => {
      const from = join(workspace, at);
      mkdirSync(join(from, '..'), { recursive: true });
      writeFileSync(from, text, { mode: executable ? 0o755 : 0o644 });
      return { kind: 'file', at, from, size: Buffer.byteLength(text), executable };
    },
    run: async (request, signal = new AbortController().signal) =>
      see(await executor.run(complete(request), signal)),
    close: async () => {
      await executor.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export const shell = (script: string): { argv: readonly string[] } => ({ argv: ['/bin/sh', '-c', script] });

export const complete = (request: Partial<ExecutionRequest>): ExecutionRequest => ({
  id: 'test',
  argv: ['/bin/sh', '-c', ':'],
  env: {},
  inputs: [],
  outputs: [],
  tools: [],
  network: false,
  keepOnFailure: false,
  ...request,
});

function see(outcome: ExecutionOutcome): Seen {
  const read = (path: string | undefined): string => (path === undefined ? '' : readFileSync(path, 'utf8'));
  const files = new Map<string, string>();
  collect(outcome.outputRoot, 'recomp-out', files);
  const seen: Seen = {
    end: outcome.end,
    stdout: read(outcome.stdout),
    stderr: read(outcome.stderr),
    undeclared: outcome.undeclared,
    modified: outcome.modifiedInputs ?? [],
    kept: outcome.kept,
    file: (path) => files.get(path),
  };
  outcome.release();
  return seen;
}

function collect(root: string, folder: string, files: Map<string, string>): void {
  let entries: Dirent[];
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) collect(root, path, files);
    else if (entry.isFile() && path.length < 1000) files.set(path, readFileSync(join(root, path), 'utf8'));
  }
}

/** Host processes whose command line holds `text`. */
export const processesWith = (text: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(text);
      } catch {
        return false;
      }
    })
    .map(Number);
