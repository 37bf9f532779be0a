import { describe, expect, it } from 'vitest';
import { tellChanges } from '../../../src/report/told-change.ts';

const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
const lines = (changes: Parameters<typeof tellChanges>[0]): string[] =>
  tellChanges(changes).map(({ line }) => line);

describe('changes in plain words', () => {
  it('says of a command which word came, went or changed, not that all after it moved', () => {
    const words = (before: readonly string[], after: readonly string[]) =>
      Array.from({ length: Math.max(before.length, after.length) }, (_, i) => ({
        field: `argv[${i}]`,
        ...(before[i] === undefined ? {} : { before: before[i] }),
        ...(after[i] === undefined ? {} : { after: after[i] }),
      })).filter((c) => c.before !== c.after);
    expect(lines(words(['cc', '-c', 'x.c', '-o', 'x.o'], ['cc', '-c', '-O2', 'x.c', '-o', 'x.o']))).toEqual([
      'argument 2 of the command is new: -O2',
    ]);
    expect(lines(words(['cc', '-g', '-c', 'x.c'], ['cc', '-c', 'x.c']))).toEqual([
      'argument 1 of the command is gone; it was -g',
    ]);
    expect(lines(words(['gcc', 'x'], ['clang', 'x']))).toEqual([
      'the program of the command changed from gcc to clang',
    ]);
    expect(lines(words(['a', 'b', 'c', 'd'], ['a', 'x', 'y', 'd']))).toEqual([
      'argument 1 of the command changed from b to x (and 1 more after it)',
    ]);
    const script = (text: string): string => `set -e\n${text}\n`;
    const [told] = tellChanges([{ field: 'argv[2]', before: script('a'), after: script('b') }]);
    expect(told).toEqual({
      line: 'argument 2 of the command changed',
      contents: { before: { text: script('a') }, after: { text: script('b') } },
    });
  });

  it('says of a tool from which version to which, or that only its files differ', () => {
    expect(
      lines([
        { field: 'tool cc version', before: '12.2', after: '13.1' },
        { field: 'tool cc digest', before: a, after: b },
        { field: 'tool ld version', after: '2.4' },
        { field: 'tool ld digest', after: b },
      ]),
    ).toEqual(['the tool cc changed from version 12.2 to 13.1', 'the tool ld is new: version 2.4']);
    expect(lines([{ field: 'tool cc digest', before: a, after: b }])).toEqual([
      'the tool cc changed from aaaaaaaaaaaa to bbbbbbbbbbbb: its files differ, its version is the same',
    ]);
  });

  it('says of a file what became of it', () => {
    const file = (hash: string, size: number, more = ''): string => `sha256 ${hash}, ${size} bytes${more}`;
    expect(
      lines([
        { field: 'input new.txt', after: file(a, 3) },
        { field: 'input old.txt', before: file(a, 3) },
        { field: 'input gone.txt', before: file(b, 3) },
        { field: 'input x.sh', before: file(a, 3), after: file(a, 3, ', executable') },
        { field: 'input y.txt', before: file(a, 3), after: file(b, 4) },
      ]),
    ).toEqual([
      'old.txt is now new.txt',
      'gone.txt is gone',
      'x.sh became executable',
      'y.txt changed from aaaaaaaaaaaa (3 bytes) to bbbbbbbbbbbb (4 bytes)',
    ]);
  });
});
