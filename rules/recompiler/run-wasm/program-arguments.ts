import { err, ok, type Result } from '../../../src/base/result.ts';
import type { Change } from '../script/input-script.ts';

export interface ProgramArguments {
  readonly changes: readonly Change[];
  readonly out: string | undefined;
}

/** `--script FILE` and `--out FOLDER`, as `runtime/main.c` takes them; the file is what `printChanges` writes. */
export function parseProgramArguments(
  words: readonly string[],
  read: (path: string) => string,
): Result<ProgramArguments, string> {
  let changes: readonly Change[] = [];
  let out: string | undefined;
  for (let i = 0; i < words.length; i += 2) {
    const [word, value] = [words[i], words[i + 1]];
    if (word !== '--script' && word !== '--out')
      return err(`unknown argument ${word}; known: --script FILE, --out FOLDER`);
    if (value === undefined) return err(`${word} needs a value`);
    if (word === '--out') out = value;
    else {
      const parsed = parseChanges(read(value));
      if (parsed === undefined) return err(`${value}: malformed input script`);
      changes = parsed;
    }
  }
  return ok({ changes, out });
}

const LINE = /^(\d{1,15}) (\d{1,2}) (-?\d{1,6})$/;
const CONTROLS = 36;

function parseChanges(text: string): readonly Change[] | undefined {
  const changes = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, tick, control, value] = LINE.exec(line) ?? [];
      return { tick: Number(tick), control: Number(control), value: Number(value) };
    });
  return changes.every(({ control }) => control < CONTROLS) ? changes : undefined;
}
