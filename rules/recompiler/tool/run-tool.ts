import type { Result } from '../../../src/base/result.ts';
import { type ArgumentNames, parseArguments } from './arguments.ts';

export interface Tool extends ArgumentNames {
  readonly name: string;
  /** The exit code, or the one message that explains why it could not be done. */
  run(
    get: (name: string) => string,
    find: (name: string) => string | undefined,
    all: (name: string) => readonly string[],
  ): Result<number, string>;
}

/** Exit 0 done, 1 the answer is no, 2 the input or the command line is wrong. */
export function runTool(tool: Tool) {
  const parsed = parseArguments(process.argv.slice(2), tool);
  if (!parsed.ok) return fail(tool.name, parsed.error);
  const all = (name: string): readonly string[] => parsed.value.get(name) ?? [];
  const find = (name: string): string | undefined => all(name)[0];
  const outcome = tool.run((name) => find(name) ?? '', find, all);
  if (outcome.ok) process.exitCode = outcome.value;
  else fail(tool.name, outcome.error);
}

function fail(tool: string, message: string): void {
  process.stderr.write(`${tool}: ${message}\n`);
  process.exitCode = 2;
}
