import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { programFile } from './program-workspace.ts';

/** Native: the program alone. WebAssembly: what starts it, last, so that it never starts another's module. */
const SUFFIXES = ['.wasm', '.mjs', ''] as const;

/** Copies what was made to where it is wanted, whole or not at all; the files, absolute. */
export function placeProgram(root: string, output: string): readonly string[] {
  const made = SUFFIXES.filter((suffix) => existsSync(join(root, programFile(suffix))));
  for (const suffix of made) {
    // A program that runs cannot be written to, only replaced.
    const beside = join(dirname(output), `.${basename(output)}${suffix}.${process.pid}`);
    try {
      copyFileSync(join(root, programFile(suffix)), beside);
      renameSync(beside, `${output}${suffix}`);
    } finally {
      rmSync(beside, { force: true });
    }
  }
  return made.map((suffix) => `${output}${suffix}`).reverse();
}
