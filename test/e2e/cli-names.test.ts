import { describe, expect, it } from 'vitest';
import { createWorkspace } from '../support/workspace.ts';

const MINE = `[
{"address":"0x8000140","name":"program","evidence":[{"source":"person","detail":"read it"}]},
{"address":"0x8000540","name":"FUN_08000540"}
]
`;
const CSV = `Name,Start,End,Size
main,0x7100000140,0x7100000540,1024
FUN_08000540,0x7100000540,0x71000005D0,144
FUN_08000600,0x7100000600,0x7100000610,16
draw_wave,0x71000005d0,0x7100000694,196
`;

describe('recomp names', () => {
  it('takes over what another tool knows, and says what it did', () => {
    const ws = createWorkspace({ 'mine.json': MINE, 'functions.csv': CSV });
    const ran = ws.run(['names', 'import', 'functions.csv', '--into', 'mine.json', '--offset=-0x70F8000000']);
    expect(ran).toMatchObject({ code: 0, stdout: '' });
    expect(ran.stderr).toContain('functions.csv: 3 entries from csv, 1 automatic name dropped');
    // An address that the map lists keeps even an automatic name.
    expect(ran.stderr).toContain(
      '0x8000140 name: program (mine.json) stays, main (functions.csv) goes; mine.json comes first',
    );
    const names = JSON.parse(ws.read('mine.json')).map((e: { name: string }) => e.name);
    expect(names).toEqual(['program', 'FUN_08000540', 'draw_wave']);
  });

  it('reads files, and nothing that may never end', () => {
    const ws = createWorkspace({ 'maps/mine.json': MINE });
    for (const [path, says] of [
      ['/dev/zero', 'not a file'],
      ['maps', 'not a file'],
    ] as const)
      expect(ws.run(['names', 'check', path])).toMatchObject({
        code: 2,
        stderr: `recomp: ${path}: ${says}\n`,
      });
  });

  it('writes for other tools, says what has no place there, and reads it again', () => {
    const ws = createWorkspace({ 'mine.json': MINE });
    const out = ws.run(['names', 'export', 'mine.json', '-f', 'splat']);
    expect(out).toMatchObject({ code: 0, stdout: 'program = 0x08000140;\nFUN_08000540 = 0x08000540;\n' });
    expect(out.stderr).toContain('splat symbol_addrs.txt has no place for evidence: 0x8000140');
    ws.write('symbol_addrs.txt', out.stdout);
    const back = ws.run(['names', 'import', 'symbol_addrs.txt', '--keep=0x8000540']);
    expect(JSON.parse(back.stdout)).toMatchObject([{ name: 'program' }, { name: 'FUN_08000540' }]);
  });

  it('merges by evidence, and tells both sides', () => {
    const theirs = MINE.replace('"program"', '"main"').replace('"person"', '"string"');
    const ws = createWorkspace({ 'a.json': theirs, 'b.json': MINE });
    const ran = ws.run(['names', 'merge', 'a.json', 'b.json', '-o', 'c.json', '--json']);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      entries: 2,
      conflicts: [
        {
          address: '0x8000140',
          kept: { source: 'b.json', value: 'program' },
          dropped: { source: 'a.json', value: 'main' },
          because: 'surer: 0.9 against 0.7',
        },
      ],
    });
    expect(ws.read('c.json')).toContain('"program"');
  });

  it('tells what is doubtful', () => {
    const ws = createWorkspace({ 'mine.json': MINE });
    expect(ws.run(['names', 'check', 'mine.json'])).toMatchObject({ code: 0 });
    const ran = ws.run(['names', 'check', 'mine.json', '--least-evidence=0.5']);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('0x8000540 FUN_08000540: no evidence');
  });

  it('tells what cannot be followed, and where it stands', () => {
    const map = `[
  {"address": "0x1000", "name": "f"},
  {"address": "0x1010", "jump_table": {"targets": ["0x1014", "0x2004"]}},
  {"address": "0x2000", "create": true},
  {"address": "0x2002", "create": true}
]`;
    const unheeded = [
      { address: '0x2000', what: 'start', reason: 'not_code', said: 'it starts', found: 'no code' },
    ];
    const ws = createWorkspace({ 'map.json': map, 'analysis.json': JSON.stringify({ unheeded }) });
    const plain = ws.run(['names', 'check', 'map.json']);
    expect(plain.code).toBe(1);
    expect(plain.stderr).toContain(
      `2 statements that cannot be followed:
  map.json:3:3: 0x1010: it says that the jump here goes to 0x2004, but another function starts at 0x2000
  map.json:5:3: 0x2002: it says that a function starts here, but instructions lie at multiples of 4
`,
    );
    const told = ws.run(['names', 'check', 'map.json', '--analysis=analysis.json', '--json']);
    expect(told.code).toBe(1);
    expect(JSON.parse(told.stdout).boundaries[0]).toMatchObject({ place: 'map.json:4:3', found: 'no code' });
    expect(ws.run(['names', 'check', 'map.json', '--analysis=map.json'])).toMatchObject({ code: 2 });
  });

  it.each([
    [['names', 'imprt'], 'did you mean import?'],
    [['names', 'import', 'none.csv'], 'none.csv: there is no such file'],
    [['names', 'import', 'bad.json'], 'bad.json: as name_map.json: name map entry 0 (x): needs an address'],
    [['names', 'import', 'a', '--prefer=first'], '--prefer is not for `recomp names import`'],
    [['names', 'export', 'bad.json', '-f', 'x'], 'there is no format x'],
    [['names', 'merge', 'bad.json'], 'name two name maps or more'],
  ])('%j is refused with 2', (words, message) => {
    const ws = createWorkspace({ 'bad.json': '[{"address": "x"}]' });
    const ran = ws.run(words);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(message);
  });
});
