import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runtimeTrace } from '../../src/model/schema/runtime-trace.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
const SAMPLE = 'samples/first-light';
const FOUND = `recomp-out/${SAMPLE}/analysis/found`;

/** The sample without names, and with what `analysis` says. */
function sample(analysis: string): TestWorkspace {
  const ws = createWorkspace({ 'recomp.toml': '[tools.cc]\ncommand = "cc"\n' });
  cpSync(join(REPOSITORY, SAMPLE), join(ws.root, SAMPLE), { recursive: true });
  configure(ws, analysis);
  return ws;
}

function configure(ws: TestWorkspace, analysis: string): void {
  const text = ws.read(`${SAMPLE}/automation.toml`);
  ws.write(`${SAMPLE}/automation.toml`, text.replace(/\[analysis\][^[]*/, `[analysis]\n${analysis}\n\n`));
}

describe('a runtime trace', () => {
  it('of one round is evidence and boundaries in the next', () => {
    // Nobody says that functions start at draw_noise, which is only called by register, and at its neighbour.
    const map = '[{"address":"0x8000540","create":false},{"address":"0x80005d0","name":"draw_wave"}]';
    const ws = sample('name_map_json = "name_map.json"\nrecord_trace = true');
    ws.write(`${SAMPLE}/name_map.json`, map);
    expect(ws.run(['build', `//${SAMPLE}:trace`])).toMatchObject({ code: 0 });
    const written = ws.read(`recomp-out/${SAMPLE}/trace/runtime-trace.json`);
    const trace = runtimeTrace.parse(JSON.parse(written));
    expect(trace.functions).toContain('0x80005d0');
    expect(trace.indirect.some(({ kind }) => kind === 'jump')).toBe(true);

    ws.write(`${SAMPLE}/runtime-trace.json`, written);
    configure(ws, 'name_map_json = "name_map.json"\nruntime_trace_manifest = "runtime-trace.json"');
    expect(ws.run(['build', `//${SAMPLE}:validate`])).toMatchObject({ code: 0 });
    expect(JSON.parse(ws.read(`${FOUND}/name_map.json`))[1].evidence).toEqual([
      { source: 'trace', detail: 'ran' },
    ]);
    const { functions } = JSON.parse(ws.read(`${FOUND}/analysis.json`));
    const at = (address: string) => functions.find((f: { address: string }) => f.address === address);
    expect(at('0x80005d0').origin).toBe('hint');
    expect(at('0x8000540')).toBeUndefined();

    ws.write(`${SAMPLE}/runtime-trace.json`, written.replace(/"input_sha256": "./, '"input_sha256": "x'));
    const refused = ws.run(['build', `//${SAMPLE}:validate`]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('the runtime trace is of another program');
  });
});

describe('a runtime trace of WebAssembly', () => {
  // Ten million instructions, one by one, in JavaScript.
  it.skipIf(process.env['RECOMP_LONG'] !== '1')('says what that of the native program says', () => {
    const ws = sample('name_map_json = "name_map.json"\nrecord_trace = true');
    const traced = () => {
      const ran = ws.run(['build', `//${SAMPLE}:trace`]);
      expect(ran.code, ran.stderr).toBe(0);
      return runtimeTrace.parse(JSON.parse(ws.read(`recomp-out/${SAMPLE}/trace/runtime-trace.json`)));
    };
    const native = traced();
    const config = ws.read(`${SAMPLE}/automation.toml`);
    ws.write(`${SAMPLE}/automation.toml`, config.replace('[run]', '[run]\nbackend = "wasm"'));
    expect(traced()).toEqual(native);
  });
});

describe('what cannot be followed', () => {
  const MAP = `[
  {"address": "0x8000760", "name": "clear"},
  {"address": "0x8000bf0", "jump_table": {"targets": ["0x8000760"]}},
  {"address": "0x9000000", "create": true}
]`;
  const NOTE =
    'samples/first-light/name_map.json:4:3: 0x9000000: not followed: it says that a function starts here, but code lies from';

  it('is told with its place when it is new, and stands in the analysis', () => {
    const ws = sample('name_map_json = "name_map.json"');
    const analyse = (map: string): string => {
      ws.write(`${SAMPLE}/name_map.json`, map);
      const ran = ws.run(['build', `//${SAMPLE}:analysis`]);
      expect(ran.code, ran.stderr).toBe(0);
      return ran.stderr;
    };
    expect(analyse('[]')).not.toContain('not followed');
    const told = analyse(MAP);
    expect(told).toContain(`warning: ${NOTE}`);
    expect(told).toContain(
      'name_map.json:3:3: 0x8000bf0: not followed: it says that the jump here goes to 0x8000760',
    );
    const { unheeded } = JSON.parse(ws.read(`${FOUND}/analysis.json`));
    expect(unheeded.map(({ reason }: { reason: string }) => reason)).toEqual(['target_outside', 'not_code']);
    expect(ws.read(`${FOUND}/unheeded.txt`)).toContain(NOTE);
    // A new name says nothing new of boundaries; taken back and said again, it comes from the cache, and is told again.
    expect(analyse(MAP.replace('clear', 'wipe'))).not.toContain('not followed');
    expect(analyse('[]')).not.toContain('not followed');
    expect(analyse(MAP)).toContain(NOTE);
  });
});

describe('what a disassembler exported', () => {
  it('names functions and starts them, and counts less than the map', () => {
    const ws = sample('name_map_json = "name_map.json"\nsymbols = ["functions.csv"]');
    ws.write(`${SAMPLE}/name_map.json`, '[{"address":"0x8000760","name":"mine"}]');
    ws.write(
      `${SAMPLE}/functions.csv`,
      'Name,Start,End,Size\ntheirs,08000760,080007d0,112\nFUN_08000770,08000770,08000780,16\nwave,080005d0,08000694,196\n',
    );
    expect(ws.run(['build', `//${SAMPLE}:lift`])).toMatchObject({ code: 0 });
    const { functions } = JSON.parse(ws.read(`${FOUND}/analysis.json`));
    const named = functions.filter((f: { origin: string }) => f.origin === 'hint');
    expect(named.map((f: { address: string; name?: string }) => [f.address, f.name])).toEqual([
      ['0x80005d0', 'wave'],
      ['0x8000770', undefined],
    ]);
    const report = JSON.parse(ws.read(`${FOUND}/names-report.json`));
    expect(report.exports).toMatchObject([{ format: 'csv', automatic_names_dropped: 1 }]);
    expect(report.conflicts).toMatchObject([{ kept: { value: 'mine' }, dropped: { value: 'theirs' } }]);
    expect(report.overlaps).toMatchObject([
      { first: { address: '0x8000760' }, second: { address: '0x8000770' } },
    ]);
  });

  it('comes from a headless tool that is run for it, and must leave what it said', () => {
    const export_ =
      'command = ["node", "export.mjs", "$(module)", "$(stage)"]\nexpected_outputs = ["functions.json"]\nsymbols = ["functions.json"]';
    const ws = sample(`${export_}\nname_map_json = "name_map.json"`);
    const script = (file: string) =>
      `import { readFileSync, writeFileSync } from 'node:fs';
const [manifest, ...rest] = process.argv.slice(2);
const { modules } = JSON.parse(readFileSync(manifest, 'utf8'));
const offset = modules[0].load_address + 0x7d0;
const found = [{ offset, name: 'sym.disc', size: 160, nbbs: 4 }, { offset: offset + 0xa0, name: 'fcn.08000870', size: 224 }];
writeFileSync(rest.at(-1) + '/${file}', JSON.stringify(found));
`;
    ws.write(`${SAMPLE}/export.mjs`, script('functions.json'));
    ws.write(`${SAMPLE}/name_map.json`, '[]');
    const built = ws.run(['build', `//${SAMPLE}:lift`]);
    expect(built.code, built.stderr).toBe(0);
    const { functions, names } = JSON.parse(ws.read(`${FOUND}/analysis.json`));
    expect(functions).toContainEqual(expect.objectContaining({ address: '0x80007d0', name: 'sym.disc' }));
    expect(names).toMatchObject([
      {
        address: '0x80007d0',
        evidence: [{ source: 'tool', detail: 'functions.json' }],
        extra: { nbbs: '4' },
      },
      { address: '0x8000870', create: true },
    ]);

    ws.write(`${SAMPLE}/export.mjs`, script('other.json'));
    const failed = ws.run(['build', `//${SAMPLE}:lift`]);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('functions.json');
  });

  it('is not enough where evidence is asked for and a name has none', () => {
    const ws = sample('name_map_json = "name_map.json"\nleast_evidence = 0.5');
    const refused = ws.run(['build', `//${SAMPLE}:lift`]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('0x8000694 draw_bars: none');
  });
});
