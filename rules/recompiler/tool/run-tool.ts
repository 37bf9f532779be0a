import type { Result } from '../../../src/base/result.ts';
import { parseArguments } from './arguments.ts';

export interface Tool {
  readonly name: string;
  readonly required: readonly string[];
  readonly optional?: readonly string[];
  /** The exit code, or the one message that explains why it could not be done. */
  run(get: (name: string) => string, find: (name: string) => string | undefined): Result<number, string>;
}

/** Exit 0 done, 1 the answer is no, 2 the input or the command line is wrong. */
export function runTool(tool: Tool) {
  const parsed = parseArguments(process.argv.slice(2), tool);
  if (!parsed.ok) return fail(tool.name, parsed.error);
  const find = (name: string): string | undefined => parsed.value.get(name);
  const outcome = tool.run((name) => find(name) ?? '', find);
  if (outcome.ok) process.exitCode = outcome.value;
  else fail(tool.name, outcome.error);
}

function fail(tool: string, message: string): void {
  process.stderr.write(`${tool}: ${message}\n`);
  process.exitCode = 2;
}
