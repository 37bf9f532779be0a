import type { KeyPath } from '../model/target.ts';
import type { PackageTool } from '../model/workspace.ts';
import { baseName } from '../workspace/safe-path.ts';

/** The programs that a file's commands start, by the names that they have in actions. */
export interface ToolCollector {
  /** The name of a command's first word; `/opt/x/tool` becomes `tool`. */
  use(word: string, at: KeyPath): string;
  readonly all: readonly PackageTool[];
}

/** Node runs recomp itself, so nobody need declare it. */
const IMPLICIT = 'node';

export function toolCollector(file: string, declared: Readonly<Record<string, string>>): ToolCollector {
  const tools = new Map<string, PackageTool>();
  const add = (name: string, command: string, explicit: boolean, at: KeyPath): void => {
    const decl = { name, command, versionArgs: versionWords(name), files: [] };
    if (!tools.has(name)) tools.set(name, { decl, explicit, file, at });
  };
  for (const [name, command] of Object.entries(declared)) add(name, command, true, ['tools', name]);
  return {
    use: (word, at) => {
      const name = baseName(word);
      if (name !== IMPLICIT || word !== name) add(name, word, word !== name, at);
      return name;
    },
    get all() {
      return [...tools.values()];
    },
  };
}

/** Few programs are asked in another way. */
const versionWords = (name: string): string[] => [/^ff(?:mpeg|probe)$/.test(name) ? '-version' : '--version'];
