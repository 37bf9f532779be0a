import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NameEntry } from '../../../rules/shared/name-map/entry.ts';
import { findOverlaps, findRepeated, findUnproven } from '../../../rules/shared/name-map/faults.ts';
import { mergeNames } from '../../../rules/shared/name-map/merge.ts';
import { parseNameMap } from '../../../rules/shared/name-map/parse-name-map.ts';
import { printNameMap } from '../../../rules/shared/name-map/print-name-map.ts';
import { anyEntries } from './any-entries.ts';

const parsed = (text: string): readonly NameEntry[] => {
  const entries = parseNameMap(text);
  if (!entries.ok) throw new Error(entries.error);
  return entries.value;
};

describe('name_map.json', () => {
  it('says of an address what it is called, and more', () => {
    const text =
      '[{"address": "0x80", "name": "start", "comment": "x", "create": true, "program": "p", "evidence": [{"source": "string", "detail": "\\"boot\\"", "confidence": 0.8}]}]';
    expect(parsed(text)).toEqual([
      {
        address: 0x80,
        name: 'start',
        comment: 'x',
        create: true,
        program: 'p',
        evidence: [{ source: 'string', detail: '"boot"', confidence: 0.8 }],
      },
    ]);
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(anyEntries, (entries) => {
        expect(parsed(printNameMap(entries))).toEqual([...entries].sort((a, b) => a.address - b.address));
      }),
    );
  });

  it('is written one entry a line, in order', () => {
    const text = printNameMap([
      { address: 32, name: 'b' },
      { address: 16, name: 'a', create: false },
    ]);
    expect(text).toBe('[\n{"address":"0x10","name":"a","create":false},\n{"address":"0x20","name":"b"}\n]\n');
  });

  it.each([
    ['{}', 'not an array'],
    ['[', 'not JSON'],
    ['[{"address": "nowhere", "name": "a"}]', 'entry 0 (nowhere): needs an address'],
    ['[{"address": -1, "name": "a"}]', 'needs an address'],
    ['[{"address": "0x20000000000000", "name": "a"}]', 'needs an address'],
    ['[{"address": 1}]', 'needs a name, or create, or a jump_table'],
    ['[{"address": 1, "name": "a */ evil"}]', 'entry 0: needs a name of'],
    ['[{"address": 1, "name": "a\\"b"}]', 'needs a name of'],
    ['[{"address": 1, "nmae": "a"}]', 'there is no "nmae"; did you mean name?'],
    ['[{"address": 1, "name": "a"}, {"address": "0x1", "name": "b"}]', '0x1 is named twice, a and b'],
    ['[{"address": 1, "name": "a", "evidence": [{"source": "rumour"}]}]', 'source is one of person'],
    ['[{"address": 1, "name": "a", "evidence": [{"source": "tool", "confidence": 2}]}]', 'from 0 to 1'],
    ['[{"address": 1, "jump_table": {"targets": []}}]', 'jump_table needs 1 to'],
    ['[{"address": 1, "name": "a", "kind": "thing"}]', 'kind is one of function, label, data'],
    ['[null]', 'expected a table'],
  ])('is refused: %s', (text, message) => {
    const names = parseNameMap(text);
    expect(names.ok ? '' : names.error).toContain(message);
  });

  it('has all its faults told, up to a bound', () => {
    const two = parseNameMap('[{"address": "x"}, {"address": 1, "name": 5}]');
    expect(two.ok ? '' : two.error).toMatch(/entry 0.*\n.*entry 1/);
    const many = parseNameMap(`[${'{},'.repeat(5000)}{}]`);
    expect(many.ok ? [] : many.error.split('\n')).toHaveLength(20);
  });

  it('is data or a fault, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string(), fc.json(), (text, json) => {
        for (const any of [text, json, `[${json}]`, `[{"address":1,"name":${json}}]`])
          expect(typeof parseNameMap(any).ok).toBe('boolean');
      }),
    );
  });
});

describe('a merge', () => {
  const one = (entry: Partial<NameEntry>): NameEntry => ({ address: 16, ...entry });
  const sources = (a: NameEntry, b: NameEntry) => [
    { label: 'ours', entries: [a] },
    { label: 'theirs', entries: [b] },
  ];

  it('gives a name nothing that speaks for another one, or only for a boundary', () => {
    const mine = one({ name: 'f' });
    for (const theirs of [
      one({ name: 'g', evidence: [{ source: 'tool' }] }),
      one({ create: true, evidence: [{ source: 'tool' }] }),
    ])
      for (const sources of [
        [mine, theirs],
        [theirs, mine],
      ]) {
        const named = sources.map((entry, i) => ({ label: `${i}`, entries: [entry] }));
        const { entries } = mergeNames(named, sources[0] === mine ? 'first' : 'last');
        expect(entries[0]).toMatchObject({ name: 'f' });
        expect(findUnproven(entries, 0)).toHaveLength(1);
      }
  });

  it('takes what only one says, and joins evidence for the same name', () => {
    const a = one({ name: 'f', evidence: [{ source: 'tool' }] });
    const b = one({ name: 'f', comment: 'c', evidence: [{ source: 'trace' }, { source: 'tool' }] });
    expect(mergeNames(sources(a, b), 'first')).toEqual({
      entries: [one({ name: 'f', comment: 'c', evidence: [{ source: 'tool' }, { source: 'trace' }] })],
      conflicts: [],
    });
  });

  it.each([
    ['first', 'f', 'ours comes first'],
    ['last', 'g', 'theirs comes last'],
    ['evidence', 'g', 'surer: 0.9 against 0.5'],
  ] as const)('that prefers %s keeps %s and tells both sides', (prefer, name, because) => {
    const a = one({ name: 'f', evidence: [{ source: 'tool' }] });
    const b = one({ name: 'g', evidence: [{ source: 'person' }] });
    const { entries, conflicts } = mergeNames(sources(a, b), prefer);
    expect(entries[0]?.name).toBe(name);
    // What spoke for the other name does not speak for this one.
    expect(entries[0]?.evidence).toHaveLength(1);
    const sides = [
      { source: 'ours', value: 'f' },
      { source: 'theirs', value: 'g' },
    ];
    const [kept, dropped] = name === 'f' ? sides : sides.reverse();
    expect(conflicts).toEqual([{ address: '0x10', what: 'name', kept, dropped, because }]);
  });

  it('loses no address, and changes nothing when done again', () => {
    fc.assert(
      fc.property(anyEntries, anyEntries, (a, b) => {
        const merged = mergeNames(
          [
            { label: 'a', entries: a },
            { label: 'b', entries: b },
          ],
          'evidence',
        ).entries;
        expect(new Set(merged.map((e) => e.address))).toEqual(new Set([...a, ...b].map((e) => e.address)));
        const again = mergeNames(
          [
            { label: 'm', entries: merged },
            { label: 'm', entries: merged },
          ],
          'first',
        );
        expect(again).toEqual({ entries: merged, conflicts: [] });
      }),
    );
  });
});

describe('a look at a map', () => {
  it('finds functions that claim the same bytes, also behind a third', () => {
    const entries = [
      { address: 0, name: 'large', size: 64 },
      { address: 16, name: 'a', size: 4 },
      { address: 32, name: 'b', size: 4 },
      { address: 64, name: 'c' },
      { address: 8, name: 'label', kind: 'label' as const },
      { address: 24, jump_table: { targets: [28] } },
      { address: 28, comment: 'a remark' },
      { address: 20, create: false },
    ];
    expect(findOverlaps(entries).map((o) => [o.first.name, o.second.name, o.bytes])).toEqual([
      ['large', 'a', 48],
      ['large', 'b', 32],
    ]);
  });
  it('finds a name that stands at two addresses', () => {
    const entries = [
      { address: 0, name: 'f' },
      { address: 8, name: 'g' },
      { address: 4, name: 'f' },
    ];
    expect(findRepeated(entries)).toEqual([{ name: 'f', addresses: ['0x0', '0x4'] }]);
  });
  it('finds names that nothing speaks for', () => {
    const entries: NameEntry[] = [
      { address: 0, name: 'sure', evidence: [{ source: 'person' }] },
      { address: 4, name: 'unsure', evidence: [{ source: 'tool', confidence: 0.2 }] },
      { address: 8, name: 'bare' },
      { address: 12, create: true },
    ];
    expect(findUnproven(entries, 0.5).map((e) => e.name)).toEqual(['unsure', 'bare']);
    expect(findUnproven(entries, 0).map((e) => e.name)).toEqual(['bare']);
  });
});
