import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { functionsOf } from '../../../../src/report/rounds/functions-of.ts';
import type { Round } from '../../../../src/report/rounds/round.ts';
import { compareRounds } from '../../../../src/report/rounds/round-difference.ts';
import { roundsPage } from '../../../../src/report/rounds/rounds-page.ts';

const body = (address: string, lines: readonly string[]): string =>
  [`u64 f_${address}(S *s, u64 pc) {`, ...lines, '}', ''].join('\n');
const shard = (...functions: readonly string[]): string => `#include "recomp.h"\n\n${functions.join('\n')}`;
const f = (address: string, name: string, ...lines: string[]): string =>
  `NAME(${address}, "${name}")\n${body(address, lines)}`;

const round = (runId: string, code: Record<string, string>, more: Partial<Round> = {}): Round => ({
  runId,
  code: new Map(Object.entries(code)),
  verdicts: new Map(),
  outputs: new Map(),
  missing: [],
  ...more,
});

describe('two rounds', () => {
  it('are cut into functions, with what stands above them', () => {
    const text = shard(f('10', 'a', '  x;'), `/*\n * of b\n */\n${f('20', 'b')}`);
    expect(functionsOf('s.c', text).map((g) => [g.address, g.name, g.lines])).toEqual([
      ['0x10', 'a', ['NAME(10, "a")', 'u64 f_10(S *s, u64 pc) {', '  x;', '}']],
      ['0x20', 'b', ['/*', ' * of b', ' */', 'NAME(20, "b")', 'u64 f_20(S *s, u64 pc) {', '}']],
    ]);
  });

  it('differ by names, code, verdicts and outputs', () => {
    const output = (sha256: string) => new Map([['o', { sha256, size: 1 }]]);
    const verdict = (failed: number) =>
      new Map([['//a:v', { failed, cases: [{ name: 'frames', status: 'passed', details: 'all' }] }]]);
    const before = round(
      'one',
      { 'a.c': shard(f('10', 'a', '  x;'), f('20', 'b')), 'b.c': shard(f('100', 'z')) },
      { outputs: output('1'), verdicts: verdict(0) },
    );
    const after = round(
      'two',
      { 'a.c': shard(f('10', 'c', '  x;'), f('20', 'b'), f('30', '')) },
      { outputs: output('2'), verdicts: verdict(1) },
    );
    const difference = compareRounds(before, after);
    expect(difference.names).toEqual([{ address: '0x10', before: 'a', after: 'c' }]);
    expect(difference.functions.map((g) => [g.address, g.kind])).toEqual([
      ['0x10', 'changed'],
      ['0x30', 'new'],
      ['0x100', 'gone'],
    ]);
    expect(difference.functions[0]?.lines?.slice(0, 2)).toEqual([
      { kind: 'gone', text: 'NAME(10, "a")' },
      { kind: 'new', text: 'NAME(10, "c")' },
    ]);
    expect(difference).toMatchObject({ unchanged: 1, outputs: [{ path: 'o' }] });
    const page = roundsPage(difference);
    expect(page).toContain('1 check failed');
    expect(page).toContain('<span class="gone">- NAME(10, &quot;a&quot;)</span>');
  });

  it('that are the same say so', () => {
    const same = round('one', { 'a.c': shard(f('10', 'a')) });
    const difference = compareRounds(same, same);
    expect(difference).toMatchObject({ names: [], functions: [], outputs: [], unchanged: 1 });
    expect(roundsPage(difference)).toContain('Every function is as it was.');
  });

  it('show text as text, whatever it is', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('<', '>', '&', '"', "'", '\n', 'script', '/*', '*/', '\0', 'NAME(10, "a")'),
    });
    fc.assert(
      fc.property(hostile, hostile, (a, b) => {
        const verdicts = new Map([[`//x:${a}`, { failed: 1, cases: [{ name: a, status: b, details: a }] }]]);
        const page = roundsPage(
          compareRounds(round(a, { [a]: b }), round(b, { [b]: a }, { verdicts, missing: [a] })),
        );
        return !page.includes('<script') && !/<[^>]*&quot;[^>]*>/.test(page);
      }),
    );
  });
});
