import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { fanDone, fanParts, partOp } from './fan-rule.ts';
import { isTree, labelOf, outPath, type TargetSpec, type Workspace } from './model.ts';
import { EMPTY_DIR, LINK, type Op, type PlainFile, type PlainTree, perform, scriptOf } from './ops.ts';

/**
 * What a build must do, worked out naively and without any of recomp's code: every action from scratch, keys as plain text,
 * and a memory of which keys were ever run while the cache lived.
 */
export type Made = { readonly file: PlainFile } | { readonly tree: PlainTree };

export interface Forecast {
  /** Paths of first outputs of actions that must, and of those that may run (the former included). */
  readonly must: ReadonlySet<string>;
  readonly may: ReadonlySet<string>;
  /** What must lie there afterwards, by path. */
  readonly outputs: ReadonlyMap<string, Made>;
  readonly failed: ReadonlySet<string>;
  readonly skipped: number;
  readonly total: number;
  /** For `learn`: every evaluated action. */
  readonly actions: readonly Evaluated[];
  /** A source is missing: nothing is built at all. */
  readonly refused: boolean;
}

interface Evaluated {
  readonly id: string;
  readonly key: string;
  readonly out: string;
  readonly made: Made | undefined;
}

interface Trace {
  readonly key: string;
  readonly made: Made;
}

/** How a build ended, as far as it matters to what is known afterwards. */
export type Ending = 'finished' | 'killed' | 'disturbed';

export class Oracle {
  readonly #workspace: Workspace;
  readonly #cached = new Set<string>();
  readonly #maybeCached = new Set<string>();
  readonly #blobs = new Set<string>();
  readonly #maybeBlobs = new Set<string>();
  readonly #traces = new Map<string, Trace>();
  /** The request that last built an action: what others have learnt since, it need not know. */
  readonly #askedBy = new Map<string, string>();
  /** What each request made of each action when it last built it: what it holds beside the journal may still be gone by. */
  readonly #own = new Map<string, Map<string, string>>();
  /** What the journal might say instead, after it was torn. */
  readonly #maybeTraces = new Map<string, Trace[]>();
  readonly #doubted = new Set<string>();
  #request = '';

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  cacheDeleted(): void {
    for (const set of [this.#cached, this.#maybeCached, this.#blobs, this.#maybeBlobs]) set.clear();
  }

  journalDeleted(): void {
    this.#traces.clear();
    this.#maybeTraces.clear();
    this.#doubted.clear();
    this.#own.clear();
  }

  /** Any part of it may be gone, and stay gone until an action runs again: builds in which nothing changed do not read it. */
  journalTorn(): void {
    for (const [id, trace] of this.#traces) {
      this.#maybeTraces.set(id, [...(this.#maybeTraces.get(id) ?? []), trace]);
      this.#doubted.add(id);
    }
    this.#traces.clear();
  }

  forecast(requested: readonly string[]): Forecast {
    const targets = this.#closure(requested);
    const done = new Map<string, Made | 'failed'>();
    const state = {
      must: new Set<string>(),
      may: new Set<string>(),
      failed: new Set<string>(),
      restorable: new Map<string, readonly string[]>(),
      outputs: new Map<string, Made>(),
      actions: [] as Evaluated[],
      skipped: 0,
      total: 0,
    };
    const refused = targets.some((t) => t.srcs.some((path) => !this.#workspace.sources.has(path)));
    const inBuild = new Set<string>();
    this.#request = requested.join(' ');
    if (!refused) {
      for (const target of targets) {
        const deps = target.deps.map((d) => done.get(d) ?? 'failed');
        if (deps.includes('failed')) {
          done.set(labelOf(target), 'failed');
          const actions = target.kind === 'fan' ? 3 : 1;
          state.skipped += actions;
          state.total += actions;
          continue;
        }
        done.set(
          labelOf(target),
          this.#evaluateTarget(
            target,
            deps.filter((d) => d !== 'failed'),
            state,
            inBuild,
          ),
        );
      }
    }
    // What another action of this build stores may be all that one needs.
    for (const [out, needs] of state.restorable)
      if (needs.every((c) => this.#blobs.has(c) || inBuild.has(c))) state.must.delete(out);
    return { ...state, refused };
  }

  /** `ran`: what was seen to start. */
  learn(forecast: Forecast, ran: ReadonlySet<string>, ending: Ending, unfinished: string | undefined): void {
    for (const { id, key, out, made } of forecast.actions) {
      if (!made) continue;
      if (ran.has(out) && out !== unfinished) {
        const sure = ending !== 'disturbed';
        (sure ? this.#cached : this.#maybeCached).add(key);
        for (const content of contents(made)) (sure ? this.#blobs : this.#maybeBlobs).add(content);
      }
      if (ending === 'finished') this.#made(id, key);
      if (ending === 'finished' && (ran.has(out) || !this.#doubted.has(id))) {
        this.#traces.set(id, { key, made });
        this.#askedBy.set(id, this.#request);
        this.#maybeTraces.delete(id);
        this.#doubted.delete(id);
      } else if (ending === 'finished') {
        this.#maybeTraces.set(id, [...(this.#maybeTraces.get(id) ?? []), { key, made }]);
      } else if (ending === 'disturbed') {
        this.#maybeTraces.set(id, [...(this.#maybeTraces.get(id) ?? []), { key, made }]);
      }
    }
    // After a build that was interfered with, what the journal says of any action is open.
    if (ending === 'disturbed') this.journalTorn();
  }

  #made(id: string, key: string): void {
    const own = this.#own.get(this.#request) ?? new Map<string, string>();
    this.#own.set(this.#request, own.set(id, key));
  }

  #closure(requested: readonly string[]): TargetSpec[] {
    const order: TargetSpec[] = [];
    const seen = new Set<string>();
    const visit = (label: string): void => {
      if (seen.has(label)) return;
      seen.add(label);
      const target = this.#workspace.target(label);
      if (!target) throw new Error(`the rig has no ${label}`);
      for (const dep of target.deps) visit(dep);
      order.push(target);
    };
    for (const label of requested) visit(label);
    return order;
  }

  #evaluateTarget(
    target: TargetSpec,
    deps: readonly Made[],
    state: State,
    inBuild: Set<string>,
  ): Made | 'failed' {
    const sources = this.#workspace
      .sourcesOf(target)
      .map((path): Input => ({ path, made: { file: this.#source(path) } }));
    const depInputs = deps.map((made, i): Input => ({ path: outPath(this.#dep(target, i)), made }));
    const inputs = [...sources, ...depInputs];
    const split = [sources.map((s) => s.path), depInputs.map((d) => d.path)];
    const base = `recomp-out/${target.pkg}/`;
    const label = labelOf(target);
    if (target.kind === 'command') {
      return this.#evaluate(
        `${label}%command`,
        target.op,
        target.salt,
        split,
        inputs,
        outPath(target),
        isTree(target),
        state,
        inBuild,
      );
    }
    const partsPath = base + fanParts(target.out);
    const parts = this.#evaluate(
      `${label}%split`,
      'split',
      target.salt,
      split,
      inputs,
      partsPath,
      true,
      state,
      inBuild,
    );
    if (parts === 'failed' || !('tree' in parts)) {
      state.skipped += 2;
      state.total += 2;
      return 'failed';
    }
    const done: Input[] = [];
    let failed = false;
    for (const rel of [...parts.tree.keys()].sort()) {
      const file = parts.tree.get(rel);
      if (!file) continue;
      const item: Input = { path: `${partsPath}/${rel}`, made: { file } };
      const out = base + fanDone(target.out, rel);
      const made = this.#evaluate(
        `${label}%item[${rel}]`,
        partOp(target.op),
        target.salt,
        [[item.path]],
        [item],
        out,
        false,
        state,
        inBuild,
      );
      if (made === 'failed') failed = true;
      else done.push({ path: out, made });
    }
    if (failed) {
      state.skipped++;
      state.total++;
      return 'failed';
    }
    return this.#evaluate(
      `${label}%join`,
      'cat',
      target.salt,
      [done.map((d) => d.path)],
      done,
      outPath(target),
      false,
      state,
      inBuild,
    );
  }

  #evaluate(
    id: string,
    op: Op,
    salt: string,
    words: readonly (readonly string[])[],
    inputs: readonly Input[],
    out: string,
    tree: boolean,
    state: State,
    inBuild: Set<string>,
  ): Made | 'failed' {
    state.total++;
    const files = inputs.flatMap((input) => opened(input.made));
    const result = perform(op, salt, files);
    const read = [...inputs]
      .sort((a, b) => (a.path < b.path ? -1 : 1))
      .map(({ path, made }) => [path, spell(made)]);
    const key = JSON.stringify([scriptOf(op, salt), words, read, out, tree]);
    if (result === 'fails') {
      state.must.add(out);
      state.may.add(out);
      state.failed.add(out);
      state.actions.push({ id, key, out, made: undefined });
      return 'failed';
    }
    state.outputs.set(out, result);
    state.actions.push({ id, key, out, made: result });
    const trace = this.#traces.get(id);
    const maybe = this.#maybeTraces.get(id) ?? [];
    const needs = contents(result).filter((c) => c !== '');
    const inPlace = (): boolean => liesThere(`${this.#workspace.root}/${out}`, result);
    const stored = needs.every((c) => this.#blobs.has(c));
    const maybeStored = needs.every((c) => this.#blobs.has(c) || this.#maybeBlobs.has(c) || inBuild.has(c));
    const mine = trace?.key === key && this.#askedBy.get(id) === this.#request;
    const surely = this.#cached.has(key) || (mine && (stored || inPlace()));
    const own = this.#own.get(this.#request)?.get(id) === key;
    const traced = own || trace?.key === key || maybe.some((t) => t.key === key);
    const perhaps = surely || this.#maybeCached.has(key) || (traced && (maybeStored || inPlace()));
    if (!perhaps) state.must.add(out);
    if (traced) state.restorable.set(out, needs);
    if (!surely) {
      state.may.add(out);
      for (const c of needs) inBuild.add(c);
    }
    return result;
  }

  #source(path: string): PlainFile {
    const file = this.#workspace.sources.get(path);
    if (!file) throw new Error(`the rig has no ${path}`);
    return file;
  }

  #dep(target: TargetSpec, index: number): TargetSpec {
    const dep = this.#workspace.target(target.deps[index] ?? '');
    if (!dep) throw new Error(`the rig has no ${target.deps[index]}`);
    return dep;
  }
}

interface Input {
  readonly path: string;
  readonly made: Made;
}

interface State {
  readonly must: Set<string>;
  readonly may: Set<string>;
  readonly failed: Set<string>;
  readonly outputs: Map<string, Made>;
  /** What could be restored if only its bytes were there. */
  readonly restorable: Map<string, readonly string[]>;
  readonly actions: Evaluated[];
  skipped: number;
  total: number;
}

const sortedFiles = (tree: PlainTree): [string, PlainFile][] =>
  [...tree].sort(([a], [b]) => (a < b ? -1 : 1));

const opened = (made: Made): PlainFile[] =>
  'file' in made ? [made.file] : sortedFiles(made.tree).map(([, file]) => file);

const spell = (made: Made): unknown =>
  'file' in made
    ? [made.file.content, made.file.executable]
    : sortedFiles(made.tree).map(([p, f]) => [p, f.content, f.executable]);

const contents = (made: Made): string[] => opened(made).map((f) => f.content);

/** Exactly this, no more and no less. */
export function liesThere(path: string, made: Made): boolean {
  if ('file' in made) return fileThere(path, made.file);
  if (!lookAt(path)?.isDirectory()) return false;
  const expected = new Set([EMPTY_DIR, LINK.path]);
  for (const rel of made.tree.keys()) {
    expected.add(rel);
    for (let at = rel.lastIndexOf('/'); at > 0; at = rel.lastIndexOf('/', at - 1))
      expected.add(rel.slice(0, at));
  }
  const there = readdirSync(path, { recursive: true, encoding: 'utf8' });
  if (there.length !== expected.size || there.some((rel) => !expected.has(rel))) return false;
  if (!lookAt(`${path}/${EMPTY_DIR}`)?.isDirectory()) return false;
  if (
    !lookAt(`${path}/${LINK.path}`)?.isSymbolicLink() ||
    readlinkSync(`${path}/${LINK.path}`) !== LINK.target
  )
    return false;
  return [...made.tree].every(([rel, file]) => fileThere(`${path}/${rel}`, file));
}

function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

function fileThere(path: string, want: PlainFile): boolean {
  const stat = lookAt(path);
  return (
    stat?.isFile() === true &&
    ((stat.mode & 0o100) !== 0) === want.executable &&
    readFileSync(path, 'utf8') === want.content
  );
}
