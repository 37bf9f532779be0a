import {
  appendFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { Random } from '../rig/random.ts';
import { descendants, openHandles, residentMb } from '../support/processes.ts';
import { SAY_RULE, sayWord } from '../support/say-rule.ts';
import { type Watching, watchWorkspace } from '../support/watching.ts';
import { createWorkspace, type TestWorkspace } from '../support/workspace.ts';

const LONG = process.env['RECOMP_LONG'] !== undefined;
const LIMIT_MS = LONG ? 3_600_000 : 300_000;
const SEED = Number(process.env['RECOMP_SEED'] ?? 1);

const command = (name: string, rest: string): string =>
  `[[target]]\nname = "${name}"\nrule = "command"\nouts = ["${name}.txt"]\n${rest}\n`;

/** What the outputs hold follows from these alone. */
class Model {
  readonly #workspace: TestWorkspace;
  readonly #files = new Map<string, string>();
  #salt = 0;
  marker = 0;

  constructor(workspace: TestWorkspace) {
    this.#workspace = workspace;
    for (let i = 0; i < 12; i++) this.put(`src/d${i % 4}/f${i}.c`, `${i}\n`);
    this.writeBuild();
    this.mark();
  }

  get files(): readonly string[] {
    return [...this.#files.keys()];
  }

  at(file: string): string {
    return join(this.#workspace.root, file);
  }

  text(file: string): string {
    return this.#files.get(file) ?? '';
  }

  put(file: string, text: string): void {
    this.#files.set(file, text);
    mkdirSync(dirname(this.at(file)), { recursive: true });
    writeFileSync(this.at(file), text);
  }

  drop(file: string): void {
    this.#files.delete(file);
    rmSync(this.at(file));
  }

  moveFolder(from: string, to: string): void {
    if (!existsSync(this.at(from)) || existsSync(this.at(to))) return;
    mkdirSync(dirname(this.at(to)), { recursive: true });
    renameSync(this.at(from), this.at(to));
    for (const file of this.files) {
      if (!file.startsWith(`${from}/`)) continue;
      this.#files.set(to + file.slice(from.length), this.text(file));
      this.#files.delete(file);
    }
  }

  writeBuild(extra = ''): void {
    const sum = `srcs = [{ glob = "src/**/*.c", allow_empty = true }]\nshell = "echo ${this.#salt}; cat /dev/null $SRCS > $OUT; echo ${this.#salt} >> $OUT"`;
    const marker = 'srcs = ["marker.in"]\nshell = "cat $SRCS > $OUT"';
    const last = 'deps = [":sum", ":marker"]\nshell = "cat $DEPS > $OUT"';
    this.#workspace.write(
      'BUILD.toml',
      `${command('sum', sum)}${command('marker', marker)}${command('last', last)}${extra}`,
    );
  }

  resalt(): void {
    this.#salt++;
    this.writeBuild();
  }

  mark(): void {
    this.#workspace.write('marker.in', `${++this.marker}\n`);
  }

  /** What the last target must hold. */
  expected(): string {
    const inside = this.files.filter((file) => file.startsWith('src/')).sort();
    return `${inside.map((file) => this.text(file)).join('')}${this.#salt}\n${this.marker}\n`;
  }
}

/** One thing that people and their tools do to files. */
function disturb(model: Model, random: Random): void {
  const file = model.files.length > 0 ? random.pick(model.files) : undefined;
  const fresh = `src/d${random.below(5)}/${random.chance(0.3) ? 'deep/' : ''}n${random.below(20)}.c`;
  const kind = random.below(10);
  if (kind <= 1 || file === undefined) model.put(fresh, `${random.below(1000)}\n`);
  else if (kind === 2) model.put(file, `${random.below(1000)}\n`);
  else if (kind === 3) utimesSync(model.at(file), random.below(1e9), random.below(1e9));
  else if (kind === 4) model.drop(file);
  else if (kind === 5) {
    // As editors save: another file takes its place.
    const text = `${random.below(1000)}\n`;
    writeFileSync(`${model.at(file)}.tmp`, text);
    model.put(file, '');
    renameSync(`${model.at(file)}.tmp`, model.at(file));
    model.put(file, text);
  } else if (kind === 6) model.moveFolder(`src/d${random.below(5)}`, `aside/d${random.below(5)}`);
  else if (kind === 7) model.moveFolder(`aside/d${random.below(5)}`, `src/d${random.below(5)}`);
  else if (kind === 8) model.resalt();
  else {
    model.writeBuild('nonsense');
    appendFileSync(model.at('BUILD.toml'), ' = ');
    model.writeBuild();
  }
}

/** All that was heard of has been built: the marker, which was written last, has arrived, and the session rests. */
async function caughtUp(workspace: TestWorkspace, watching: Watching, marker: number): Promise<void> {
  const output = join(workspace.root, 'recomp-out/last.txt');
  for (;;) {
    await watching.rested();
    if (existsSync(output) && workspace.read('recomp-out/last.txt').endsWith(`\n${marker}\n`)) return;
  }
}

it(
  'ends in the state of a clean build, whatever is done to the files, and grows by nothing',
  async () => {
    const workspace = createWorkspace({ 'recomp.toml': '[workspace]\nname = "soak"\n' });
    const random = new Random(SEED);
    const model = new Model(workspace);
    const watching = await watchWorkspace(workspace);
    const rounds = LONG ? 1000 : 25;
    let settled: { memory: number; handles: number; processes: number } | undefined;
    const look = () => ({
      memory: residentMb(watching.pid),
      handles: openHandles(watching.pid),
      processes: descendants(watching.pid).length,
    });
    for (let round = 1; round <= rounds; round++) {
      for (let n = random.below(4); n >= 0; n--) disturb(model, random);
      // Sometimes a build is on its way when the next thing happens.
      if (random.chance(0.3)) await new Promise((resolve) => setTimeout(resolve, random.below(40)));
      model.mark();
      await caughtUp(workspace, watching, model.marker);
      expect(workspace.read('recomp-out/last.txt'), `round ${round} of seed ${SEED}`).toBe(model.expected());
      if (round % 100 === 0) {
        const clean = createWorkspace();
        for (const file of [...model.files, 'BUILD.toml', 'recomp.toml', 'marker.in'])
          clean.write(file, workspace.read(file));
        expect(clean.run(['build', '//...']).code).toBe(0);
        for (const name of ['sum', 'marker', 'last'])
          expect(workspace.read(`recomp-out/${name}.txt`)).toBe(clean.read(`recomp-out/${name}.txt`));
      }
      if (round === Math.floor(rounds / 4)) settled = look();
    }
    const end = look();
    expect(end.handles).toBeLessThanOrEqual((settled?.handles ?? 0) + 8);
    expect(end.processes).toBeLessThanOrEqual((settled?.processes ?? 0) + 4);
    if (LONG) expect(end.memory).toBeLessThan((settled?.memory ?? 0) * 1.25 + 20);
    expect(await watching.end('SIGINT')).toBe(130);
  },
  LIMIT_MS,
);

it(
  'forgets the code of rule packages that were edited',
  async () => {
    const workspace = createWorkspace({
      'recomp.toml': '[workspace]\nname = "rules"\n[rules]\nuse = ["./rules/say.mjs"]\n',
      'BUILD.toml': '[[target]]\nname = "said"\nrule = "say"\n',
      ...SAY_RULE,
    });
    const watching = await watchWorkspace(workspace);
    const edits = LONG ? 1000 : 12;
    let settled = 0;
    for (let edit = 1; edit <= edits; edit++) {
      workspace.write('rules/word.mjs', sayWord(`word${edit}`));
      for (let said = ''; said !== `word${edit}\n`; said = workspace.read('recomp-out/said.txt'))
        await watching.rested();
      if (edit === Math.floor(edits / 4)) settled = residentMb(watching.pid);
    }
    if (LONG) expect(residentMb(watching.pid)).toBeLessThan(settled * 1.25 + 20);
    expect(workspace.read('recomp-out/said.txt')).toBe(`word${edits}\n`);
  },
  LIMIT_MS,
);
