import type { Json } from '../base/canonical-json.ts';
import type { KeyPath } from '../model/target.ts';
import { joinPath, relativePathFault } from '../workspace/safe-path.ts';
import type { Command } from './command-shape.ts';
import { plainPath, sources } from './sources.ts';
import type { StageContext, Value } from './stage-target.ts';

export interface CommandValues {
  readonly argv: Value;
  readonly inputs: Value;
  /** Files that words name; `$(inputs)` is what `inputs` says, and nothing else. */
  readonly scripts: Value;
  readonly outs: Value;
  readonly tools: Value;
  readonly env: Value | undefined;
  readonly network: Value | undefined;
  readonly local: Value | undefined;
}

/**
 * A command as a target's attributes. A word that names a file of the package is that file, and an input; the first word is
 * a tool, whose identity is in the key, unless it names a file too.
 */
export function commandValues(ctx: StageContext, command: Command, at: KeyPath): CommandValues {
  const long =
    command.inputs !== undefined ||
    command.outs !== undefined ||
    command.tools !== undefined ||
    command.env !== undefined ||
    command.network !== undefined ||
    command.local !== undefined;
  const argvAt = long ? [...at, 'argv'] : at;
  const files: string[] = [];
  const tools = [...(command.tools ?? [])].map((word, i) => ctx.tools.use(word, [...at, 'tools', i]));
  const argv = command.argv.map((word, i) => {
    const file = packageFile(ctx, word, i === 0);
    if (file !== undefined) {
      files.push(file);
      const path = joinPath(ctx.pkg, file);
      return i === 0 && !path.includes('/') ? `./${path}` : path;
    }
    if (i > 0 || word.startsWith('$(')) return word;
    const name = ctx.tools.use(word, [...argvAt, 0]);
    tools.push(name);
    return name;
  });
  const declared = sources(ctx, command.inputs ?? [], [...at, 'inputs']);
  const value = (key: keyof Command, what: Json | undefined): Value | undefined =>
    what === undefined ? undefined : { value: what, at: [...at, key] };
  return {
    argv: { value: argv, at: argvAt },
    inputs: { value: declared, at: command.inputs === undefined ? argvAt : [...at, 'inputs'] },
    scripts: { value: files, at: argvAt },
    outs: { value: (command.outs ?? []).map((out) => out.replace(/^(?:\.\/+)+/, '')), at: [...at, 'outs'] },
    tools: { value: [...new Set(tools)], at: command.tools === undefined ? argvAt : [...at, 'tools'] },
    env: value('env', command.env),
    network: value('network', command.network),
    local: value('local', command.local),
  };
}

/** The first word must look like a path: `make` is the program, whatever lies in the folder. */
function packageFile(ctx: StageContext, word: string, first: boolean): string | undefined {
  if (word.includes('$(') || word.startsWith('-') || (first && !word.includes('/'))) return undefined;
  const path = plainPath(word);
  if (relativePathFault(path) !== undefined) return undefined;
  return ctx.kind(joinPath(ctx.pkg, path)) === 'file' ? path : undefined;
}
