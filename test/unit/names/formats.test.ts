import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NameEntry } from '../../../rules/shared/name-map/entry.ts';
import { exportNames } from '../../../rules/shared/name-map/export-names.ts';
import { formatNamed, formatOf, NAME_FORMATS } from '../../../rules/shared/name-map/formats/formats.ts';
import {
  type ImportWishes,
  importNames,
  isAutomaticName,
} from '../../../rules/shared/name-map/import-names.ts';
import { namesPage } from '../../../src/cli/help/pages/names.ts';
import { anyEntries } from './any-entries.ts';

/** As the tools themselves write them. */
const TEXTS: Readonly<Record<string, string>> = {
  splat: `osInitialize = 0x80000460; // type:func size:0x2B0 rom:0x1060 segment:main
gGame = 0x80114C30; // type:u32 size:0x4
bare = 0x80114C40;
`,
  dtk: `__start = .init:0x80003154; // type:function size:0x15C scope:weak
memcpy = .text:0x80003540; // type:function size:0x50 scope:global align:4 hidden
gArena = .bss:0x802F0000; // type:object size:0x20 scope:global data:4byte
`,
  ghidra: `main 0x08000140 f
message 0x08001000 l
`,
  csv: `Name,Start,End,Size
_start,0x00100008,0x001000C0,184
"operator,(int)",0x001000C0,0x001000D0,16
`,
  n64recomp: `[[section]]
name = ".main"
rom = 0x00001000
vram = 0x80000400
size = 0x1F0
functions = [
    { name = "entrypoint", vram = 0x80000400, size = 0x34 },
    { name = "bootproc", vram = 0x80000434, size = 0x1BC },
]
`,
  xenonrecomp: `functions = [
    { address = 0x82001000, size = 0x40 },
    { address = 0x82001040, size = 0x9C },
]

[[switch]]
base = 0x82001050
r = 11
default = 0x82001090
labels = [
    0x82001060,
    0x82001070,
]
`,
  aflj: `[
{"offset":134217856,"name":"main","size":48,"nbbs":3},
{"offset":134217904,"name":"sym.relocate","size":12,"signature":"void sym.relocate ();"}
]
`,
  name_map: `[
{"address":"0x80","name":"start","create":true,"evidence":[{"source":"person"}]},
{"address":"0x90","jump_table":{"default":"0xa0","targets":["0xa4"]}}
]
`,
};

const format = (id: string) => {
  const found = formatNamed(id);
  if (found === undefined) throw new Error(`no format ${id}`);
  return found;
};
const read = (id: string, text: string): readonly NameEntry[] => {
  const entries = format(id).read(text);
  if (!entries.ok) throw new Error(entries.error);
  return entries.value;
};
const wishes: ImportWishes = { from: 'a file' };
const imported = (text: string, more: Partial<ImportWishes> = {}) => {
  const result = importNames(text, { ...wishes, ...more });
  if (!result.ok) throw new Error(result.error);
  return result.value;
};

describe.each(Object.entries(TEXTS))('%s', (id, text) => {
  it('is recognised, and comes back as it was', () => {
    expect(formatOf(text)?.id).toBe(id);
    expect(format(id).print(read(id, text))).toBe(text);
    expect(read(id, text).length).toBeGreaterThan(1);
  });

  it('comes back through a name map', () => {
    const map = format('name_map').print(imported(text).entries);
    expect(exportNames(read('name_map', map), format(id)).text).toBe(
      id === 'name_map' ? text : format(id).print(read(id, text)),
    );
  });

  it('says the same when what it printed is read and printed again', () => {
    fc.assert(
      fc.property(anyEntries, (entries) => {
        const once = exportNames(entries, format(id)).text;
        const again = format(id).read(once);
        return again.ok && format(id).print(again.value) === once;
      }),
    );
  });

  it('is data or a fault, whatever is done to it', () => {
    const spoilt = fc
      .tuple(fc.nat(text.length), fc.nat(12), fc.string({ maxLength: 12, unit: 'binary' }))
      .map(([at, gone, more]) => text.slice(0, at) + more + text.slice(at + gone));
    fc.assert(
      fc.property(fc.oneof(spoilt, fc.string({ unit: 'binary' }), fc.json()), (any) => {
        const result = importNames(any, { ...wishes, format: id });
        return result.ok ? result.value.entries.every((e) => e.address >= 0) : result.error !== '';
      }),
      { numRuns: 300 },
    );
  });

  it('is read in time, however it is made', () => {
    const long = [
      text.repeat(200),
      `${text.slice(0, 60)}${' '.repeat(50_000)}`,
      '['.repeat(20_000),
      '= 0x '.repeat(9000),
    ];
    for (const hostile of long)
      expect(typeof importNames(hostile, { ...wishes, format: id }).ok).toBe('boolean');
    for (const hostile of long) expect(typeof importNames(hostile, wishes).ok).toBe('boolean');
  });
});

describe('an import', () => {
  it('knows every format that help and completion name', () => {
    const option = namesPage.options.find((o) => o.name === 'format');
    expect(option?.words).toEqual(NAME_FORMATS.map((f) => f.id));
    expect(Object.keys(TEXTS).sort()).toEqual(NAME_FORMATS.map((f) => f.id).sort());
  });

  it.each([
    ...[
      'FUN_08000140',
      'sub_7100001234',
      'LAB_0800',
      'DAT_08001000',
      'fcn.00001139',
      'loc_8000',
      'func_80000460',
    ],
    ...['lbl_803F0000', 'thunk_FUN_08000140', 'j_sub_1234', 'fn_80003100', 'switchD_0800', 'jtbl_80001000'],
  ])('takes %s for what a tool made of an address', (name) => {
    expect(isAutomaticName(name)).toBe(true);
  });
  it.each([
    'main',
    'sub_menu',
    'FUN_house',
    'dat_fade',
    'fade_face',
    'loc',
    'D_',
    'func_',
    'deface_0800',
    'code_',
  ])('takes %s for a name', (name) => {
    expect(isAutomaticName(name)).toBe(false);
  });

  const mixed = 'FUN_08000140 0x08000140 f\nmain 0x08000180 f\nsub_08000200 0x08000200 f\n';
  it('drops automatic names but where it is told not to', () => {
    const dropped = imported(mixed);
    expect(dropped.automatic).toBe(2);
    expect(dropped.entries).toEqual([
      {
        address: 0x8000180,
        name: 'main',
        kind: 'function',
        evidence: [{ source: 'tool', detail: 'a file' }],
      },
    ]);
    expect(imported(mixed, { keep: new Set([0x8000140]) }).entries.map((e) => e.name)).toEqual([
      'FUN_08000140',
      'main',
    ]);
    expect(imported(mixed, { boundaries: true }).entries[0]).toMatchObject({
      address: 0x8000140,
      create: true,
    });
  });

  it('moves everything by an offset, and nothing below zero', () => {
    const text = TEXTS['xenonrecomp'] ?? '';
    const moved = imported(text, { offset: -0x1000 }).entries;
    expect(moved[0]?.address).toBe(0x82000000);
    expect(moved.at(-1)?.jump_table).toEqual({
      register: 11,
      default: 0x82000090,
      targets: [0x82000060, 0x82000070],
    });
    expect(importNames(text, { ...wishes, offset: -0x9000_0000 }).ok).toBe(false);
  });

  it('spells what a name map cannot hold, and tells; of two for one address the first counts', () => {
    const { entries, respelt, repeated } = imported(
      'Name,Start,End,Size\n"say ""hi""",0x10,0x14,4\nb,0x10,0x14,4\n',
    );
    expect(entries.map((e) => e.name)).toEqual(['say _hi_']);
    expect(respelt).toEqual([{ address: '0x10', from: 'say "hi"', to: 'say _hi_' }]);
    expect(repeated).toEqual([{ address: '0x10', kept: 'say _hi_', dropped: 'b' }]);
  });

  it.each([
    ['splat', 'a = 0x10; // size:x', 'line 1: size is a number'],
    ['dtk', 'a = .text:0x10; // type:thing', 'type is function, object or label'],
    ['ghidra', '\n\nmain', 'line 3: expected'],
    ['csv', 'Name,Start,End,Size\na,0x20,0x10,\n', 'line 2: it ends before it starts'],
    ['n64recomp', '[[section]]\nfunctions = [{ name = 3 }]', 'section 0, function 0'],
    ['n64recomp', '[[section]', 'line 1: '],
    ['xenonrecomp', '[[switch]]\nbase = 1', 'switch 0: expected base and labels'],
    ['aflj', '[{"offset": -1, "name": "a"}]', 'function 0: expected offset and name'],
    ['thing', '', 'there is no format "thing"'],
  ])('says where %s is wrong', (id, text, message) => {
    const result = importNames(text, { ...wishes, format: id });
    expect(result.ok ? '' : result.error).toContain(message);
  });
});

describe('an export', () => {
  it('does not miss what only stands in another order', () => {
    const xenon = format('xenonrecomp');
    const jump_table = { register: 11, default: 8, targets: [4, 8] };
    const { left } = exportNames([{ address: 0, jump_table }], xenon);
    expect(left).toEqual([]);
  });

  it('tells what the other format has no place for', () => {
    const entries: NameEntry[] = [
      { address: 16, name: 'a b', comment: 'c', kind: 'function' },
      { address: 32, create: true },
      { address: 48, jump_table: { targets: [16] } },
    ];
    const { text, left } = exportNames(entries, format('ghidra'));
    expect(text).toBe('a_b 0x00000010 f\nFUN_00000020 0x00000020 f\n');
    expect(left).toEqual([
      { what: 'name', addresses: ['0x10'] },
      { what: 'comment', addresses: ['0x10'] },
      { what: 'entries', addresses: ['0x30'] },
    ]);
  });
});
