import { describe, expect, it } from 'vitest';
import { parseProgramArguments } from '../../../rules/recompiler/run-wasm/program-arguments.ts';
import { printChanges } from '../../../rules/recompiler/script/input-script.ts';

const changes = [
  { tick: 3_200_000, control: 0, value: 1 },
  { tick: 3_200_000, control: 35, value: -32768 },
];

describe('the command line of a recompiled program', () => {
  it('is read as the native program reads it', () => {
    const read = (): string => printChanges({ changes, markers: [] });
    const words = ['--out', 'o', '--script', 's'];
    expect(parseProgramArguments(words, read)).toEqual({ ok: true, value: { changes, out: 'o' } });
    expect(parseProgramArguments([], read)).toEqual({ ok: true, value: { changes: [], out: undefined } });
  });
  it.each([
    [['--other', 'x'], 'unknown argument --other; known: --script FILE, --out FOLDER'],
    [['--out'], '--out needs a value'],
    [['--script', '1 36 1\n'], '1 36 1\n: malformed input script'],
    [['--script', 'one 2 3\n'], 'one 2 3\n: malformed input script'],
  ])('%j is refused', (words, error) => {
    expect(parseProgramArguments(words, (path) => path)).toEqual({ ok: false, error });
  });
});
