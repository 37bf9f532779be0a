import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { say } from '../print.ts';
import { LIFT_REPORT } from './program-workspace.ts';
import type { RecompileWords } from './recompile-words.ts';

/** What of a lift's report is told. */
interface Lifted {
  readonly functions: number;
  readonly instructions: number;
  /** Instructions that stop the program: which, and in how many places. */
  readonly traps: Readonly<Record<string, number>>;
}

/** What was made, and what it cannot do. */
export function tellProgram(root: string, words: RecompileWords, files: readonly string[]): void {
  const lifted = readReport(join(root, LIFT_REPORT));
  const backend = files.length === 1 ? 'c' : 'wasm';
  if (words.json) {
    process.stdout.write(`${JSON.stringify({ program: files[0], files, backend, ...lifted })}\n`);
    return;
  }
  const kind = backend === 'c' ? 'a native program' : 'WebAssembly, which node runs';
  const shown = relative(process.cwd(), files[0] ?? '');
  say(`${shown}: ${kind}, of ${lifted.instructions} instructions in ${lifted.functions} functions`);
  const missing = notDone(lifted.traps);
  if (missing.length > 0)
    say(`what recomp does not know stops it, should it come there: ${missing.join(', ')}`);
  if (words.keep !== undefined) say(`it was made in ${words.keep}, where \`recomp build //...\` goes on`);
}

const MOST = 5;

/** The most frequent first. A breakpoint stops any program: only what another machine would have done is missing. */
function notDone(traps: Lifted['traps']): string[] {
  const all = Object.entries(traps)
    .filter(([what]) => /^un(known|supported): /.test(what))
    .sort(([, a], [, b]) => b - a)
    .map(
      ([what, count]) =>
        `${what.replace(/^unsupported: |^unknown: unknown$/, '') || 'unknown words'} (${count})`,
    );
  return all.length > MOST ? [...all.slice(0, MOST), `and ${all.length - MOST} more kinds`] : all;
}

function readReport(file: string): Lifted {
  const report: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const functions = record(record(report)['functions'])['found'];
  const instructions = record(record(report)['instructions'])['lifted'];
  const traps = Object.entries(record(record(report)['trap_counts']));
  return {
    functions: typeof functions === 'number' ? functions : 0,
    instructions: typeof instructions === 'number' ? instructions : 0,
    traps: Object.fromEntries(traps.filter((one): one is [string, number] => typeof one[1] === 'number')),
  };
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
