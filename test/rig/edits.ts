import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { labelOf, type TargetSpec, type Workspace } from './model.ts';
import { OPS, type PlainFile } from './ops.ts';
import type { Oracle } from './oracle.ts';
import type { Random } from './random.ts';

export interface Scene {
  /** Earlier sets of targets, to go back to. */
  readonly past: (readonly TargetSpec[])[];
  readonly seed: number;
  readonly random: Random;
  readonly workspace: Workspace;
  readonly oracle: Oracle;
  readonly cache: string;
  fresh: number;
}

const WORDS = ['ash', 'birch', 'cedar', 'elm', 'fir', 'oak'];
const SALTS = ['s', 't', 'u'];
const PACKAGES = ['p', 'q', 'p/r'];

/** Few different contents: what comes back must be found again. */
export function randomFile(random: Random): PlainFile {
  const lines = Array.from({ length: random.below(4) }, () =>
    random.chance(0.3) ? `# ${random.below(3)}` : random.pick(WORDS),
  );
  if (random.chance(0.02)) lines.push('FAIL');
  return { content: lines.map((line) => `${line}\n`).join(''), executable: random.chance(0.1) };
}

export function randomTarget(scene: Scene, before: readonly TargetSpec[]): TargetSpec {
  const { random, workspace } = scene;
  const pkg = random.pick(PACKAGES);
  const name = `t${scene.fresh++}`;
  const mine = [...workspace.sources.keys()].filter((path) => path.startsWith(`${pkg}/s`));
  return {
    pkg,
    name,
    kind: random.chance(0.2) ? 'fan' : 'command',
    op: random.pick(OPS),
    salt: random.pick(SALTS),
    srcs: random.some(mine, 2),
    glob: random.chance(0.25),
    deps: random.some(before.map(labelOf), 3),
    out: random.chance(0.3) ? `deep/${name}.out` : `${name}.out`,
  };
}

export function populate(scene: Scene, count: number): void {
  const { random, workspace } = scene;
  for (const pkg of PACKAGES) {
    for (let i = 0; i < 3; i++) workspace.write(`${pkg}/s${i}.txt`, randomFile(random));
    workspace.write(`${pkg}/g/0.txt`, randomFile(random));
  }
  const targets: TargetSpec[] = [];
  for (let i = 0; i < count; i++) targets.push(randomTarget(scene, targets));
  workspace.setTargets(targets);
}

type Edit = (scene: Scene) => string | undefined;

/** Applies one edit and says what it was. */
export function randomEdit(scene: Scene): string {
  for (;;) {
    const [name, edit] = scene.random.pick(WEIGHTED);
    const done = edit(scene);
    if (done !== undefined) return `${name} ${done}`;
  }
}

const anySource = ({ random, workspace }: Scene): [string, PlainFile] => random.pick([...workspace.sources]);

/** Something that lies in the outputs now. */
function anyOutput({ random, workspace }: Scene, kind: 'file' | 'folder' | 'any'): string | undefined {
  const out = `${workspace.root}/recomp-out`;
  if (!existsSync(out)) return undefined;
  const found = readdirSync(out, { recursive: true, encoding: 'utf8' })
    .map((rel) => `recomp-out/${rel}`)
    .filter((path) => {
      const stat = lstatSync(`${workspace.root}/${path}`);
      return kind === 'any' || (kind === 'file' ? stat.isFile() : stat.isDirectory());
    })
    .sort();
  return found.length === 0 ? undefined : random.pick(found);
}

/** One target changed, the others as they are. */
function changeTarget(
  { random, workspace }: Scene,
  change: (target: TargetSpec, index: number) => TargetSpec | undefined,
): string | undefined {
  if (workspace.targets.length === 0) return undefined;
  const index = random.below(workspace.targets.length);
  const target = workspace.targets[index];
  const changed = target && change(target, index);
  if (!changed) return undefined;
  workspace.setTargets(workspace.targets.map((t, i) => (i === index ? changed : t)));
  return labelOf(changed);
}

const STATE_FILES = /\.(journal|seen|plan|manifest)$/;

function stateFile({ random, workspace }: Scene): string | undefined {
  const folder = `${workspace.root}/.recomp/state`;
  if (!existsSync(folder)) return undefined;
  const names = readdirSync(folder)
    .filter((name) => STATE_FILES.test(name))
    .sort();
  return names.length === 0 ? undefined : `${folder}/${random.pick(names)}`;
}

const EDITS: Readonly<Record<string, readonly [weight: number, edit: Edit]>> = {
  content: [
    6,
    (scene) => {
      const [path, file] = anySource(scene);
      scene.workspace.write(path, { ...randomFile(scene.random), executable: file.executable });
      return path;
    },
  ],
  comment: [
    3,
    (scene) => {
      const [path, file] = anySource(scene);
      scene.workspace.write(path, { ...file, content: `${file.content}# ${scene.random.below(3)}\n` });
      return path;
    },
  ],
  'same size': [
    3,
    (scene) => {
      const [path, file] = anySource(scene);
      const content = file.content.replace(/oak|elm|fir|ash/, () =>
        scene.random.pick(['oak', 'elm', 'fir', 'ash']),
      );
      // Its times are set to what they were.
      const stat = lstatSync(`${scene.workspace.root}/${path}`);
      scene.workspace.write(path, { ...file, content });
      utimesSync(`${scene.workspace.root}/${path}`, stat.atime, stat.mtime);
      return path;
    },
  ],
  touch: [
    2,
    (scene) => {
      const [path] = anySource(scene);
      utimesSync(
        `${scene.workspace.root}/${path}`,
        new Date(),
        new Date(Date.now() - scene.random.below(10_000)),
      );
      return path;
    },
  ],
  chmod: [
    2,
    (scene) => {
      const [path, file] = anySource(scene);
      chmodSync(`${scene.workspace.root}/${path}`, file.executable ? 0o644 : 0o755);
      scene.workspace.sources.set(path, { ...file, executable: !file.executable });
      return path;
    },
  ],
  'replace by rename': [
    2,
    (scene) => {
      const [path] = anySource(scene);
      const file = randomFile(scene.random);
      const aside = `${scene.workspace.root}/aside.tmp`;
      writeFileSync(aside, file.content);
      chmodSync(aside, file.executable ? 0o755 : 0o644);
      renameSync(aside, `${scene.workspace.root}/${path}`);
      scene.workspace.sources.set(path, file);
      return path;
    },
  ],
  'rename source': [
    2,
    (scene) => {
      const { workspace } = scene;
      const [path, file] = anySource(scene);
      if (path.includes('/g/')) return undefined;
      const to = path.replace(/s[^/]*$/, `s${scene.fresh++}.txt`);
      renameSync(`${workspace.root}/${path}`, `${workspace.root}/${to}`);
      workspace.sources.delete(path);
      workspace.sources.set(to, file);
      workspace.setTargets(
        workspace.targets.map((t) => ({ ...t, srcs: t.srcs.map((s) => (s === path ? to : s)) })),
      );
      return `${path} to ${to}`;
    },
  ],
  'glob gains': [
    2,
    (scene) => {
      const path = `${scene.random.pick(PACKAGES)}/g/${scene.random.below(5)}.txt`;
      scene.workspace.write(path, randomFile(scene.random));
      return path;
    },
  ],
  'glob loses': [
    1,
    (scene) => {
      const path = [...scene.workspace.sources.keys()].find((p) => p.includes('/g/'));
      // The folder keeps its last file: a glob that takes nothing is a mistake.
      if (
        !path ||
        [...scene.workspace.sources.keys()].filter((p) =>
          p.startsWith(path.slice(0, path.lastIndexOf('/') + 1)),
        ).length < 2
      )
        return undefined;
      scene.workspace.remove(path);
      return path;
    },
  ],
  'source gone': [
    1,
    (scene) => {
      const [path] = anySource(scene);
      if (path.includes('/g/')) return undefined;
      scene.workspace.remove(path);
      return path;
    },
  ],
  salt: [3, (scene) => changeTarget(scene, (t) => ({ ...t, salt: scene.random.pick(SALTS) }))],
  op: [2, (scene) => changeTarget(scene, (t) => ({ ...t, op: scene.random.pick(OPS) }))],
  deps: [
    2,
    (scene) =>
      changeTarget(scene, (t, i) => ({
        ...t,
        deps: scene.random.some(scene.workspace.targets.slice(0, i).map(labelOf), 3),
      })),
  ],
  'move output': [1, (scene) => changeTarget(scene, (t) => ({ ...t, out: `o${scene.fresh++}.out` }))],
  'swap outputs': [
    1,
    (scene) => {
      const { workspace, random } = scene;
      const twins = workspace.targets.filter((t) => t.pkg === workspace.targets[0]?.pkg);
      if (twins.length < 2) return undefined;
      const [a, b] = [random.pick(twins), random.pick(twins)];
      workspace.setTargets(
        workspace.targets.map((t) => (t === a ? { ...t, out: b.out } : t === b ? { ...t, out: a.out } : t)),
      );
      return `${labelOf(a)} ${labelOf(b)}`;
    },
  ],
  'output below old output': [1, (scene) => changeTarget(scene, (t) => ({ ...t, out: `${t.out}/x` }))],
  'rename target': [
    2,
    (scene) => {
      const { workspace } = scene;
      if (workspace.targets.length === 0) return undefined;
      const target = scene.random.pick(workspace.targets);
      const renamed = { ...target, name: `n${scene.fresh++}` };
      workspace.setTargets(
        workspace.targets.map((t) => ({
          ...(t === target ? renamed : t),
          deps: t.deps.map((d) => (d === labelOf(target) ? labelOf(renamed) : d)),
        })),
      );
      return labelOf(target);
    },
  ],
  'add target': [
    3,
    (scene) => {
      const added = randomTarget(scene, scene.workspace.targets);
      scene.workspace.setTargets([...scene.workspace.targets, added]);
      return labelOf(added);
    },
  ],
  'remove target': [
    2,
    (scene) => {
      const { workspace } = scene;
      if (workspace.targets.length < 3) return undefined;
      const target = scene.random.pick(workspace.targets);
      workspace.setTargets(
        workspace.targets
          .filter((t) => t !== target)
          .map((t) => ({ ...t, deps: t.deps.filter((d) => d !== labelOf(target)) })),
      );
      return labelOf(target);
    },
  ],
  'targets as before': [
    2,
    (scene) => {
      const { workspace, past, random } = scene;
      const fits = past.filter((targets) =>
        targets.every((t) => t.srcs.every((path) => workspace.sources.has(path))),
      );
      if (fits.length === 0) return undefined;
      workspace.setTargets([...random.pick(fits)]);
      return '';
    },
  ],
  'comment in BUILD.toml': [
    1,
    (scene) => {
      scene.workspace.setTargets(scene.workspace.targets, `note ${scene.fresh++}`);
      return '';
    },
  ],
  'delete output': [
    3,
    (scene) => {
      const path = anyOutput(scene, 'any');
      if (path) rmSync(`${scene.workspace.root}/${path}`, { recursive: true });
      return path;
    },
  ],
  'edit output': [
    3,
    (scene) => {
      const path = anyOutput(scene, 'file');
      if (path) appendFileSync(`${scene.workspace.root}/${path}`, 'by hand\n');
      return path;
    },
  ],
  'edit output, same size': [
    2,
    (scene) => {
      const path = anyOutput(scene, 'file');
      const full = `${scene.workspace.root}/${path}`;
      if (!path || lstatSync(full).size === 0) return undefined;
      const stat = lstatSync(full);
      writeFileSync(full, readFileSync(full, 'utf8').replace(/^./, '~'));
      utimesSync(full, stat.atime, stat.mtime);
      return path;
    },
  ],
  'chmod output': [
    1,
    (scene) => {
      const path = anyOutput(scene, 'file');
      if (path)
        chmodSync(
          `${scene.workspace.root}/${path}`,
          lstatSync(`${scene.workspace.root}/${path}`).mode ^ 0o111,
        );
      return path;
    },
  ],
  'stray file in outputs': [
    2,
    (scene) => {
      const path = anyOutput(scene, 'folder');
      if (path) writeFileSync(`${scene.workspace.root}/${path}/stray`, 'stray\n');
      return path;
    },
  ],
  'delete outputs': [
    1,
    ({ workspace }) => {
      rmSync(`${workspace.root}/recomp-out`, { recursive: true, force: true });
      return '';
    },
  ],
  'delete cache': [
    2,
    (scene) => {
      rmSync(scene.cache, { recursive: true, force: true });
      scene.oracle.cacheDeleted();
      return '';
    },
  ],
  'delete state': [
    1,
    (scene) => {
      rmSync(`${scene.workspace.root}/.recomp`, { recursive: true, force: true });
      scene.oracle.journalDeleted();
      return '';
    },
  ],
  'delete state file': [
    2,
    (scene) => {
      const file = stateFile(scene);
      if (file) rmSync(file);
      if (file?.endsWith('.journal')) scene.oracle.journalTorn();
      return file;
    },
  ],
  'tear state file': [
    3,
    (scene) => {
      const file = stateFile(scene);
      if (!file) return undefined;
      const size = lstatSync(file).size;
      if (scene.random.chance(0.5)) truncateSync(file, scene.random.below(size + 1));
      else truncateSync(file, frameBoundary(scene.random, file));
      if (file.endsWith('.journal')) scene.oracle.journalTorn();
      return `${file} to ${lstatSync(file).size} of ${size}`;
    },
  ],
  'flip a bit of state': [
    2,
    (scene) => {
      const file = stateFile(scene);
      const bytes = file ? readFileSync(file) : Buffer.alloc(0);
      if (!file || bytes.length === 0) return undefined;
      const at = scene.random.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << scene.random.below(8));
      writeFileSync(file, bytes);
      if (file.endsWith('.journal')) scene.oracle.journalTorn();
      return `${file} at ${at}`;
    },
  ],
  nothing: [2, () => ''],
};

/** Where a log may end after a power cut without looking torn. */
function frameBoundary(random: Random, file: string): number {
  const text = readFileSync(file, 'latin1');
  const starts = [...text.matchAll(/#\d+ [0-9a-f]{64}/g)].map((found) => found.index);
  return starts.length === 0 ? 0 : random.pick(starts);
}

const WEIGHTED: readonly (readonly [string, Edit])[] = Object.entries(EDITS).flatMap(
  ([name, [weight, edit]]) => Array.from({ length: weight }, () => [name, edit] as const),
);
