import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Analysis, makeAnalysis, shapeOf } from '../../../rules/recompiler/analyse/analysis.ts';
import { type Hints, NO_HINTS, parseHints, printHints } from '../../../rules/recompiler/analyse/hints.ts';
import { readDiscovery } from '../../../rules/recompiler/analyse/read-analysis.ts';
import { discover } from '../../../rules/recompiler/lift/discover.ts';
import { imageOf } from '../../helpers/lifted.ts';

const image = imageOf(
  'first-light',
  readFileSync(new URL('../../../samples/first-light/first-light.nro', import.meta.url)),
);
const analyse = (hints: Partial<Hints> = {}): Analysis => {
  const all = { ...NO_HINTS, ...hints };
  return makeAnalysis(image, discover(image, all), all);
};
const at = (analysis: Analysis, address: string) => analysis.functions.find((f) => f.address === address);

describe('the analysis of code', () => {
  const plain = analyse();

  it('says of each function why it is one, and where it is used', () => {
    expect(at(plain, '0x8000760')).toMatchObject({ end: '0x80007d0', origin: 'call' });
    expect(plain.functions[0]).toMatchObject({ address: '0x8000000', origin: 'entry' });
    expect(plain.functions.filter((f) => f.origin === 'pointer').length).toBeGreaterThan(0);
    const calls = plain.references.filter((r) => r.to === '0x8000760' && r.kind === 'call');
    expect(calls.length).toBeGreaterThan(0);
    expect(plain.jump_tables).toMatchObject([{ address: '0x8000bf0', origin: 'found' }]);
  });

  it('begins a function where a hint says so', () => {
    const hinted = analyse({ starts: [0x8000770] });
    expect(at(hinted, '0x8000760')?.end).toBe('0x8000770');
    expect(at(hinted, '0x8000770')).toMatchObject({ end: '0x80007d0', origin: 'hint' });
    const elsewhere = analyse({ starts: [0x8000771, 5, 0xffff_fff0] });
    expect({ ...elsewhere, unheeded: [] }).toEqual(plain);
    expect(elsewhere.unheeded.map(({ address, reason }) => [address, reason])).toEqual([
      ['0x5', 'not_code'],
      ['0x8000771', 'unaligned'],
      ['0xfffffff0', 'not_code'],
    ]);
  });

  it('begins none where a hint says so, and can still be entered there', () => {
    const joined = analyse({ noStarts: [0x8000760] });
    expect(at(joined, '0x8000760')).toBeUndefined();
    const before = joined.functions.find((f) => f.end === '0x80007d0');
    expect(before?.entries).toContain('0x8000760');
  });

  it('begins one where control was seen, unless it is within one: then that has one more way in', () => {
    expect(at(analyse({ entries: [0x8000770] }), '0x8000760')?.entries).toEqual(['0x8000770']);
    const gap = discover(image, NO_HINTS);
    const reached = new Set(gap.functions.flatMap((f) => f.addresses));
    const free = [...Array(2048).keys()].map((i) => image.codeStart + i * 4).find((a) => !reached.has(a));
    expect(at(analyse({ entries: [free ?? 0] }), `0x${(free ?? 0).toString(16)}`)?.origin).toBe('hint');
  });

  it('knows more targets of a jump if it is told', () => {
    const more = analyse({ tables: new Map([[0x8000bf0, [0x8000958, 5]]]) });
    const targets = plain.jump_tables[0]?.targets ?? [];
    expect(new Set(more.jump_tables[0]?.targets)).toEqual(new Set([...targets, '0x8000958']));
    expect(more.jump_tables[0]?.origin).toBe('hint');
  });

  it('says what it was told and could not follow, with both sides', () => {
    const reasons = (hints: Partial<Hints>) =>
      analyse(hints).unheeded.map(({ address, what, reason }) => `${address} ${what} ${reason}`);
    expect(reasons({})).toEqual([]);
    expect(reasons({ starts: [0x8000770], named: [5], noStarts: [0x8000760] })).toEqual([]);
    expect(reasons({ noStarts: [0x8000000, 5] })).toEqual([
      '0x5 no_start not_code',
      '0x8000000 no_start program_entry',
    ]);
    expect(reasons({ entries: [5] })).toEqual(['0x5 arrival not_code']);
    const table = (at: number, ...targets: number[]) => reasons({ tables: new Map([[at, targets]]) });
    expect(table(0x8000bf0, 0x8000958)).toEqual([]);
    expect(table(0x8000bf0, 0x8000760, 0x8000958, 5)).toEqual([
      '0x8000bf0 jump_table target_outside',
      '0x8000bf0 jump_table target_not_code',
    ]);
    expect(table(0x8000760, 0x8000764)).toEqual(['0x8000760 jump_table not_a_jump']);
    expect(table(6, 0x8000764)).toEqual(['0x6 jump_table not_code']);
    const size = (start: number, bytes: number) => reasons({ sizes: new Map([[start, bytes]]) });
    const { end } = at(plain, '0x8000760') ?? { end: '' };
    expect(size(0x8000760, Number(end) - 0x8000760)).toEqual([]);
    expect(size(0x8000760, 4)).toEqual(['0x8000760 size runs_on']);
    expect(size(0x8000760, 0x10000)).toEqual(['0x8000760 size cut_short']);
    expect(analyse({ sizes: new Map([[0x8000760, 4]]) }).unheeded[0]).toMatchObject({
      said: 'the function ends at 0x8000764',
      found: expect.stringContaining('control runs on to 0x80007'),
    });
  });

  it('is lifted as it was found', () => {
    const found = discover(image, NO_HINTS);
    const read = readDiscovery(image, JSON.stringify(shapeOf(plain)));
    expect(read.ok && read.value).toEqual(found);
  });

  it.each([
    ['nothing', 'null', 'not of version 1'],
    ['of another', JSON.stringify({ ...plain, module: { input_sha256: '0' } }), 'another program'],
    ['outside', spoilt({ end: '0x9000000' }), 'cannot have'],
    ['out of order', spoilt({ address: '0x8000760' }), 'cannot have'],
    ['entered elsewhere', spoilt({ entries: ['0x8001000'] }), 'cannot have'],
    ['no table', JSON.stringify({ ...plain, jump_tables: [{ address: 1 }] }), 'cannot have'],
  ])('is refused: %s', (_, text, message) => {
    const read = readDiscovery(image, text);
    expect(read.ok ? '' : read.error).toContain(message);
  });

  function spoilt(change: object): string {
    const functions = plain.functions.map((f, i) => (i === 1 ? { ...f, ...change } : f));
    return JSON.stringify({ ...plain, functions });
  }
});

describe('hints', () => {
  it('are read as they were written', () => {
    const hints: Hints = {
      starts: [4],
      named: [6],
      noStarts: [8],
      entries: [12],
      tables: new Map([[16, [20, 24]]]),
      sizes: new Map([[4, 16]]),
      traceOf: 'ab',
    };
    expect(parseHints(printHints(hints))).toEqual({ ok: true, value: hints });
  });
  it.each([
    '',
    '{}',
    '{"schema_version":1}',
    '{"schema_version":1,"starts":[-1],"named":[],"no_starts":[],"entries":[],"tables":[],"sizes":[]}',
    '{"schema_version":1,"starts":[],"named":[],"no_starts":[],"entries":[],"tables":[],"sizes":[["x",1]]}',
  ])('are refused: %s', (text) => {
    expect(parseHints(text).ok).toBe(false);
  });
});
