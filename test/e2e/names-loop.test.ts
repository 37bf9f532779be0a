import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { Random } from '../rig/random.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';
import { missing, titled } from './recompiler/needs.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
const OUT = 'recomp-out/tool';
const SAMPLE = join(REPOSITORY, 'samples/linux-tool/linux-tool.elf');
const ROUNDS = process.env['RECOMP_LONG'] === '1' ? 300 : 6;

interface Entry {
  address: string;
  name?: string;
  comment?: string;
  create?: boolean;
}

const printed = (entries: readonly Entry[], indent?: number): string => JSON.stringify(entries, null, indent);

/** The linux-tool sample in shards so small that some of its functions are called from three, or another program. */
function toolWorkspace(names: string, { elf = SAMPLE, shardBytes = 128 } = {}): TestWorkspace {
  const ws = createWorkspace({
    'recomp.toml': '[tools.cc]\ncommand = "cc"\n',
    'tool/names.json': names,
    'tool/BUILD.toml': `
[[target]]
name = "intake"
rule = "homebrew_intake"
src = "linux-tool.elf"

[[target]]
name = "lift"
rule = "homebrew_lift"
intake = ":intake"
names = "names.json"
shard_bytes = ${shardBytes}

[[target]]
name = "build"
rule = "recompiled_binary"
lift = ":lift"
opt_level = "0"
`,
  });
  cpSync(elf, join(ws.root, 'tool/linux-tool.elf'));
  return ws;
}

interface Action {
  readonly id: string;
  readonly status: string;
  readonly source: string;
}

/** What ran, or came from the cache: `target%action`. */
function done(ws: TestWorkspace): string[] {
  const { steps } = JSON.parse(ws.read('.recomp/runs/latest/run-manifest.json'));
  return steps.flatMap((step: { name: string; actions: Action[] }) =>
    step.actions.filter((a) => a.source !== 'journal').map((a) => `${step.name.replace(/^.*:/, '')}%${a.id}`),
  );
}

function build(ws: TestWorkspace): string[] {
  const ran = ws.run(['build', '//tool:build']);
  expect(ran.code, ran.stderr).toBe(0);
  return done(ws);
}

const windowOf = (address: number, bytes: number): string =>
  (address - (address % bytes)).toString(16).padStart(8, '0');
const shardOf = (address: number, bytes = 128): string => `build%shards[code_${windowOf(address, bytes)}.c]`;

interface Code {
  readonly functions: readonly { readonly address: string; readonly end: string }[];
  readonly references: readonly { readonly from: string; readonly to: string; readonly kind: string }[];
}

/** A function that most shards call, and how many do. */
function mostCalled(code: Code): { readonly address: number; readonly shards: number } {
  const callers = new Map<number, Set<string>>();
  for (const { from, to, kind } of code.references) {
    // A call at the end of a function is a jump.
    if (kind !== 'call' && kind !== 'jump') continue;
    const caller = code.functions.filter((f) => Number(f.address) <= Number(from)).at(-1);
    const shards = callers.get(Number(to)) ?? new Set();
    callers.set(Number(to), shards.add(shardOf(Number(caller?.address))));
  }
  const [most] = [...callers].sort(([, a], [, b]) => b.size - a.size);
  return { address: most?.[0] ?? 0, shards: most?.[1].size ?? 0 };
}

const codeOf = (ws: TestWorkspace): Code => JSON.parse(ws.read(`${OUT}/lift/analysis/code.json`));

describe('the loop of names', () => {
  it('compiles once and links once when a function gets a new name that three shards call', () => {
    const ws = toolWorkspace('[]');
    build(ws);
    const { address, shards } = mostCalled(codeOf(ws));
    expect(shards).toBeGreaterThanOrEqual(3);
    for (const name of ['first', 'second']) {
      ws.write('tool/names.json', printed([{ address: `0x${address.toString(16)}`, name }]));
      const ran = build(ws);
      // The first name is of an address that was not named before: that might have moved code, and did not.
      const looked = name === 'first' ? ['lift%analyse'] : [];
      expect(ran).toEqual(['build%cclink', shardOf(address), ...looked, 'lift%applynames', 'lift%names']);
    }
    expect(ws.read(`${OUT}/lift/lift-report.json`)).toContain('"name": "second"');
    expect(readFileSync(join(ws.root, OUT, 'build/build')).includes('second\0')).toBe(true);
  });

  it('lifts the region of a boundary that is moved, and compiles what is beside it', () => {
    expectFewLifted(toolWorkspace('[]', { shardBytes: 64 }), 64, 3);
  });

  it.skipIf(noLibc)(
    titled('lifts no more of the C library than the region of a boundary', noLibc),
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'recomp-boundary-'));
      const elf = join(folder, 'libc.elf');
      try {
        const source = join(import.meta.dirname, 'recompiler/programs/libc.c');
        execFileSync('aarch64-linux-gnu-gcc', ['-O2', '-static', source, '-o', elf, '-lm']);
        execFileSync('aarch64-linux-gnu-strip', [elf]);
        const ws = toolWorkspace('[]', { elf, shardBytes: 4096 });
        // Longer than a command of a test may take otherwise.
        const words = [inject('recompBin'), 'build', '//tool:build'];
        execFileSync(process.execPath, words, { cwd: ws.root, env: ws.environment(), stdio: 'ignore' });
        expectFewLifted(ws, 4096, 8);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    900_000,
  );

  it(`does no more in a round than its change needs, and ends where a clean build does (${ROUNDS} rounds)`, () => {
    const random = new Random(20);
    let map: readonly Entry[] = [];
    const ws = toolWorkspace(printed(map));
    build(ws);
    const functions = codeOf(ws).functions;
    const files = [
      'names.json',
      ...['name_map.json', 'hints.json', 'shape.json', 'places.json', 'unheeded.json'].map(
        (f) => `lift/analysis/${f}`,
      ),
      'lift/program.c',
    ];
    const state = () =>
      new Map(files.map((f) => [f, ws.read(f === 'names.json' ? `tool/${f}` : `${OUT}/${f}`)]));
    let before = state();
    let shards = shardTexts(ws);
    let regions = regionTexts(ws);
    for (let round = 0; round < ROUNDS; round++) {
      map = edited(map, functions, random);
      ws.write('tool/names.json', printed(map, random.below(2)));
      const ran = new Set(build(ws));
      const after = state();
      const changed = (file: string): boolean => before.get(file) !== after.get(file);
      const newShards = shardTexts(ws);
      const newRegions = regionTexts(ws);
      const movedRegions = [...newRegions]
        .filter(([name, text]) => regions.get(name) !== text)
        .map(([name]) => name);
      const touched = [...newShards]
        .filter(([name, text]) => shards.get(name) !== text)
        .map(([name]) => name);
      const allowed = new Set([
        ...(changed('names.json') ? ['lift%names'] : []),
        ...(changed('lift/analysis/name_map.json') ? ['lift%applynames'] : []),
        ...(changed('lift/analysis/hints.json') ? ['lift%analyse'] : []),
        ...(changed('lift/analysis/places.json') || changed('lift/analysis/unheeded.json')
          ? ['lift%tellunheeded']
          : []),
        ...(changed('lift/analysis/shape.json') ? ['lift%planlift', 'lift%applynames'] : []),
        ...movedRegions.map((name) => `lift%lift[${name}]`),
        ...(changed('lift/program.c') ? ['build%program', 'build%cclink'] : []),
        ...touched.map((name) => `build%shards[${name}]`),
        ...(touched.length > 0 || newShards.size !== shards.size ? ['build%cclink'] : []),
      ]);
      expect(
        [...ran].filter((id) => !allowed.has(id)),
        `round ${round}: ${printed(map)}`,
      ).toEqual([]);
      before = after;
      shards = newShards;
      regions = newRegions;
    }
    const clean = toolWorkspace(ws.read('tool/names.json'));
    build(clean);
    expect(shardTexts(clean)).toEqual(shards);
    // Nor does anything lie there that no clean build makes: the object of a shard that is gone, say.
    const listing = (of: TestWorkspace) => readdirSync(join(of.root, OUT), { recursive: true }).sort();
    expect(listing(ws)).toEqual(listing(clean));
    for (const file of ['build/build', 'lift/lift-report.json'])
      expect(readFileSync(join(clean.root, OUT, file)).equals(readFileSync(join(ws.root, OUT, file)))).toBe(
        true,
      );
  }, 900_000);
});

const isShort = process.env['RECOMP_LONG'] === '1' ? undefined : 'compiles for a minute; set RECOMP_LONG=1';
const noLibc = isShort ?? missing('aarch64-linux-gnu-gcc');

/** A boundary in the middle of functions all over the program, each time another one, and back again. */
function expectFewLifted(ws: TestWorkspace, shardBytes: number, leastRegions: number): void {
  build(ws);
  const regions = [...regionTexts(ws).keys()];
  expect(regions.length).toBeGreaterThanOrEqual(leastRegions);
  const functions = codeOf(ws).functions.filter((f) => Number(f.end) - Number(f.address) >= 32);
  for (let i = 1; i <= 3; i++) {
    const f = functions[Math.floor((functions.length * i) / 4)];
    const at = Number(f?.address) + 16;
    ws.write('tool/names.json', printed([{ address: `0x${at.toString(16)}`, create: true }]));
    const ran = build(ws);
    const lifted = ran.filter((id) => id.startsWith('lift%lift['));
    const compiled = ran.filter((id) => id.startsWith('build%shards['));
    // The boundary of the round before is gone again.
    const last = i === 1 ? 1 : 2;
    expect(lifted.length, lifted.join()).toBeLessThanOrEqual(last);
    expect(lifted).toContain(`lift%lift[${windowOf(at, shardBytes * 16)}.json]`);
    expect(compiled.length, compiled.join()).toBeLessThanOrEqual(2 * last);
    expect(compiled).toContain(shardOf(at, shardBytes));
    expect(ran.filter((id) => /encodeimage|runtime|intake/.test(id))).toEqual([]);
  }
}

function shardTexts(ws: TestWorkspace): ReadonlyMap<string, string> {
  const { listing } = JSON.parse(ws.read(`${OUT}/lift/lift-report.json`));
  const names = listing.map(
    ({ address }: { address: string }) => /code_\w+\.c/.exec(shardOf(Number(address)))?.[0],
  );
  return new Map([...new Set<string>(names)].map((name) => [name, ws.read(`${OUT}/lift/shards/${name}`)]));
}

function regionTexts(ws: TestWorkspace): ReadonlyMap<string, string> {
  const folder = `${OUT}/lift/regions`;
  return new Map(readdirSync(join(ws.root, folder)).map((name) => [name, ws.read(`${folder}/${name}`)]));
}

/** What people do to a map: name, name again, take back, comment, move a boundary, or merely write it differently. */
function edited(map: readonly Entry[], functions: Code['functions'], random: Random): readonly Entry[] {
  const f = functions[random.below(functions.length)] ?? { address: '0x0', end: '0x0' };
  const others = map.filter((e) => e.address !== f.address);
  const own = map.find((e) => e.address === f.address) ?? { address: f.address, name: 'f' };
  const inside = `0x${(Number(f.address) + 4 * (1 + random.below(4))).toString(16)}`;
  switch (random.below(6)) {
    case 0:
      return others;
    case 1:
      return [...others, { ...own, comment: `about ${random.below(100)}` }];
    case 2:
      return [...map.filter((e) => e.address !== inside), { address: inside, create: true }];
    case 3:
      return map.filter((e) => e.create !== true || random.below(2) === 0);
    case 4:
      return map;
    default:
      return [...others, { ...own, name: `name_${random.below(1000)}` }];
  }
}
