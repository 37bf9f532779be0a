import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { runModule } from '../../../rules/recompiler/run-wasm/host.ts';
import { makeLinux, printingHost } from '../../../rules/recompiler/run-wasm/linux.ts';
import { writeFiles } from '../../../rules/recompiler/tool/files.ts';
import { type LiftWishes, liftProgram as liftFiles } from '../../helpers/lifted.ts';

export { liftFiles };

export const RUNTIME = fileURLToPath(new URL('../../../rules/recompiler/runtime/', import.meta.url));
const FLAGS = [
  '-O1',
  '-foptimize-sibling-calls',
  '-fno-strict-aliasing',
  '-fwrapv',
  '-ffp-contract=off',
  '-w',
];

/** Program bytes → native program in `folder`; the whole chain but for the build engine. */
export function buildProgram(
  folder: string,
  name: string,
  content: Uint8Array,
  options: LiftWishes = {},
): string {
  const lifted = join(folder, `${name}-lift`);
  writeFiles(lifted, liftFiles(name, content, options));
  return compile(folder, name, lifted);
}

/** What a printing program writes to its standard output when it runs as WebAssembly. */
export function runAsWasm(files: ReadonlyMap<string, string | Uint8Array>): Buffer {
  const output: Uint8Array[] = [];
  const module = files.get('program.wasm');
  if (module === undefined || typeof module === 'string') throw new Error('the lift printed no module');
  const left = runModule(module, () => makeLinux(printingHost((_, bytes) => void output.push(bytes))));
  if (left.status !== 0) throw new Error(`the module ended with ${left.status}: ${left.message}`);
  return Buffer.concat(output);
}

function compile(folder: string, name: string, lifted: string): string {
  const objects = join(folder, `${name}-objects`);
  mkdirSync(objects);
  const sources = [
    ...readdirSync(join(lifted, 'shards')).map((file) => join(lifted, 'shards', file)),
    join(lifted, 'program.c'),
  ];
  for (const source of sources)
    cc([...FLAGS, '-I', RUNTIME, '-c', source, '-o', join(objects, `${basename(source)}.o`)]);
  cc(['-I', lifted, '-c', join(lifted, 'image.S'), '-o', join(objects, 'image.o')]);
  const program = join(folder, name);
  cc([
    ...readdirSync(objects).map((file) => join(objects, file)),
    ...runtimeObjects(),
    '-o',
    program,
    '-lpthread',
    '-lm',
  ]);
  return program;
}

let runtime: readonly string[] | undefined;
let runtimeFolder: string | undefined;

afterAll(() => {
  if (runtimeFolder) rmSync(runtimeFolder, { recursive: true, force: true });
});

/** Compiled once for all programs of a test file. */
function runtimeObjects(): readonly string[] {
  if (runtime) return runtime;
  const folder = mkdtempSync(join(tmpdir(), 'recompiler-runtime-'));
  runtimeFolder = folder;
  runtime = readdirSync(RUNTIME)
    .filter((file) => file.endsWith('.c'))
    .map((file) => {
      const object = join(folder, `${file}.o`);
      cc([...FLAGS, '-I', RUNTIME, '-c', join(RUNTIME, file), '-o', object]);
      return object;
    });
  return runtime;
}

function cc(args: readonly string[]): void {
  const ran = spawnSync('gcc', args, { encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`gcc ${args.at(-1)}: ${ran.stderr}`);
}
