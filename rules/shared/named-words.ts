import type { FileHandle, Word } from '../../src/rule-api/index.ts';

/** What `$(name)` stands for: files, or a text. */
export type Names = ReadonlyMap<string, readonly FileHandle[] | string>;
type Fail = (message: string, help?: string) => void;

const SPECIAL = /\$\$|\$\(([^()]*)\)|\$\(/g;
const WHOLE = /^\$\(([^()]*)\)$/;

/** Opens `$(…)`: as a whole word it may become several, within a word it must be one path. */
export function namedWord(word: string, names: Names, fail: Fail): Word {
  const whole = WHOLE.exec(word)?.[1];
  if (whole !== undefined) return meaning(whole, names, fail) ?? word;
  return word.replace(SPECIAL, (match, name: string | undefined) => {
    if (match === '$$') return '$';
    if (name === undefined) fail(`${JSON.stringify(word)} opens $( without closing it`, 'write $$( for $(');
    const found = name === undefined ? undefined : meaning(name, names, fail);
    if (found === undefined || typeof found === 'string') return found ?? '';
    const [only] = found;
    if (found.length === 1 && only !== undefined && only.kind !== 'group') return only.path;
    fail(
      `$(${name}) within ${JSON.stringify(word)} stands for ${found.length} paths: it must be exactly one`,
      `make $(${name}) a word of its own`,
    );
    return '';
  });
}

function meaning(name: string, names: Names, fail: Fail): readonly FileHandle[] | string | undefined {
  const found = names.get(name);
  if (found === undefined)
    fail(
      `$(${name}) stands for nothing`,
      `known here: ${[...names.keys()].map((n) => `$(${n})`).join(', ')}, and $$ for a dollar sign`,
    );
  return found;
}
