import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { ExecutionOutcome, ExecutionRequest, Executor, StagedInput } from '../../src/ports/executor.ts';
import { EMPTY_DIR, LINK, type OpResult, type PlainFile, perform, readScript } from './ops.ts';

export interface FakeRuns {
  /** First output of each action that was started, in order. */
  readonly started: string[];
  /** Called as an action starts; a promise that never ends stands for a process killed together with recomp. */
  onStart: (output: string, count: number) => Promise<void> | void;
  /** Whether what happens as an action starts comes before it reads its inputs, or after. */
  readsLate: boolean;
}

/** Runs the rig's scripts as pure functions: builds without processes. It says it is a sandbox, and keeps to what it was given. */
export class FakeExecutor implements Executor {
  readonly kind = 'bubblewrap';
  readonly #folder: string;
  readonly #runs: FakeRuns;
  #serial = 0;

  constructor(folder: string, runs: FakeRuns) {
    this.#folder = folder;
    this.#runs = runs;
  }

  async run(request: ExecutionRequest): Promise<ExecutionOutcome> {
    const outputRoot = `${this.#folder}/${this.#serial++}`;
    const output = request.outputs[0]?.path ?? '';
    const count = this.#runs.started.push(output);
    // What the hook does is done while the action runs: it may read its inputs before or after.
    const early = this.#runs.readsLate ? undefined : this.#perform(request);
    await this.#runs.onStart(output, count);
    const result = early ?? this.#perform(request);
    if (result !== 'fails') layResult(`${outputRoot}/${output}`, result);
    return {
      end: { kind: 'exited', code: result === 'fails' ? 1 : 0 },
      outputRoot,
      undeclared: [],
      wallMs: 1,
      release: () => rmSync(outputRoot, { recursive: true, force: true }),
    };
  }

  async close(): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #perform(request: ExecutionRequest): OpResult {
    const [, , script = '', , ...rest] = request.argv;
    const { op, salt } = readScript(script);
    const words = [
      ...(request.env['SRCS'] ?? '').split(' '),
      ...(request.env['DEPS'] ?? '').split(' '),
      ...rest,
    ].filter((w) => w !== '');
    const staged = new Map(request.inputs.map((input) => [input.at, input]));
    return perform(
      op,
      salt,
      words.flatMap((path) => readInput(path, staged.get(path))),
    );
  }
}

function readInput(path: string, input: StagedInput | undefined): PlainFile[] {
  if (!input) throw new Error(`${path} is named and not staged`);
  switch (input.kind) {
    case 'bytes':
      return [{ content: Buffer.from(input.bytes).toString('utf8'), executable: input.executable }];
    case 'file':
      return [{ content: readFileSync(input.from, 'utf8'), executable: input.executable }];
    case 'tree':
      return filesBelow(input.from).map((file) => ({
        content: readFileSync(file, 'utf8'),
        executable: (statSync(file).mode & 0o100) !== 0,
      }));
  }
}

function filesBelow(folder: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) found.push(`${entry.parentPath}/${entry.name}`);
  }
  return found.sort();
}

function layResult(to: string, result: Exclude<OpResult, 'fails'>): void {
  mkdirSync(dirname(to), { recursive: true });
  if ('file' in result) {
    write(to, result.file);
    return;
  }
  mkdirSync(`${to}/${EMPTY_DIR}`, { recursive: true });
  symlinkSync(LINK.target, `${to}/${LINK.path}`);
  for (const [path, file] of result.tree) write(`${to}/${path}`, file);
}

function write(path: string, { content, executable }: PlainFile): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, executable ? 0o755 : 0o644);
}
