import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isTreeOp, type Op, type PlainFile, scriptOf } from './ops.ts';

export interface TargetSpec {
  readonly pkg: string;
  readonly name: string;
  /** `fan`: splits into a directory, one action per file of it, then joins what they made. */
  readonly kind: 'command' | 'fan';
  readonly op: Op;
  readonly salt: string;
  /** Workspace paths in the target's package. */
  readonly srcs: readonly string[];
  /** Takes every `g/*.txt` of its package as well. */
  readonly glob: boolean;
  readonly deps: readonly string[];
  /** Relative to the package. */
  readonly out: string;
}

export const labelOf = (t: Pick<TargetSpec, 'pkg' | 'name'>): string => `//${t.pkg}:${t.name}`;
export const outPath = (t: TargetSpec): string => `recomp-out/${t.pkg}/${t.out}`;
export const isTree = (t: TargetSpec): boolean => t.kind === 'command' && isTreeOp(t.op);

/** What a workspace holds; every change goes to disk at once. */
export class Workspace {
  readonly root: string;
  readonly sources = new Map<string, PlainFile>();
  targets: TargetSpec[] = [];
  /** A comment in each BUILD.toml: its text changes, its meaning does not. */
  note = '';

  constructor(root: string) {
    this.root = root;
    mkdirSync(root, { recursive: true });
    writeFileSync(`${root}/recomp.toml`, '[workspace]\nname = "rig"\n');
  }

  write(path: string, file: PlainFile): void {
    const full = `${this.root}/${path}`;
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, file.content);
    chmodSync(full, file.executable ? 0o755 : 0o644);
    this.sources.set(path, file);
  }

  remove(path: string): void {
    rmSync(`${this.root}/${path}`);
    this.sources.delete(path);
  }

  /** Writes the BUILD.toml of the packages that changed. */
  setTargets(targets: TargetSpec[], note = this.note): void {
    const before = new Map(
      packagesOf(this.targets).map((pkg) => [pkg, buildFile(pkg, this.targets, this.note)]),
    );
    this.targets = targets;
    this.note = note;
    for (const pkg of packagesOf(targets)) {
      const text = buildFile(pkg, targets, note);
      if (before.get(pkg) !== text) this.#writePlain(`${pkg}/BUILD.toml`, text);
      before.delete(pkg);
    }
    for (const pkg of before.keys()) rmSync(`${this.root}/${pkg}/BUILD.toml`);
  }

  /** The files a target reads from the workspace, in order. */
  sourcesOf(target: TargetSpec): string[] {
    const globbed = [...this.sources.keys()].filter((path) => path.startsWith(`${target.pkg}/g/`)).sort();
    return [...target.srcs, ...(target.glob ? globbed : [])];
  }

  target(label: string): TargetSpec | undefined {
    return this.targets.find((t) => labelOf(t) === label);
  }

  /** The same content elsewhere, as a first build would find it. */
  copyTo(root: string): Workspace {
    const copy = new Workspace(root);
    for (const [path, file] of this.sources) copy.write(path, file);
    copy.setTargets([...this.targets], this.note);
    return copy;
  }

  #writePlain(path: string, text: string): void {
    mkdirSync(dirname(`${this.root}/${path}`), { recursive: true });
    writeFileSync(`${this.root}/${path}`, text);
  }
}

const packagesOf = (targets: readonly TargetSpec[]): string[] => [...new Set(targets.map((t) => t.pkg))];

function buildFile(pkg: string, targets: readonly TargetSpec[], note: string): string {
  return `# ${note}\n${targets
    .filter((t) => t.pkg === pkg)
    .map(targetText)
    .join('\n')}`;
}

function targetText(t: TargetSpec): string {
  const srcs = t.srcs.map((path) => JSON.stringify(path.slice(t.pkg.length + 1)));
  if (t.glob) srcs.push('{ glob = "g/*.txt" }');
  const lines = [
    '[[target]]',
    `name = ${JSON.stringify(t.name)}`,
    `rule = ${JSON.stringify(t.kind)}`,
    `srcs = [${srcs.join(', ')}]`,
    `deps = [${t.deps.map((d) => JSON.stringify(d)).join(', ')}]`,
  ];
  if (t.kind === 'fan')
    lines.push(
      `salt = ${JSON.stringify(t.salt)}`,
      `op = ${JSON.stringify(t.op)}`,
      `out = ${JSON.stringify(t.out)}`,
    );
  else
    lines.push(
      `${isTree(t) ? 'out_dirs' : 'outs'} = [${JSON.stringify(t.out)}]`,
      `shell = ${JSON.stringify(scriptOf(t.op, t.salt))}`,
    );
  return `${lines.join('\n')}\n`;
}
