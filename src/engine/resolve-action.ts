import { compareCodePoints } from '../base/order.ts';
import { digestBytes } from '../fingerprint/digest-bytes.ts';
import type { ResolvedInput } from '../fingerprint/resolved-action.ts';
import { actionId } from '../graph/action-graph.ts';
import type { ActionDecl, Arg, InputRef } from '../model/action.ts';
import type { Digest, Sha256 } from '../model/digest.ts';
import type { ActionFailure } from '../model/failure.ts';
import type { OutputResult } from '../model/result.ts';
import type { StagedInput } from '../ports/executor.ts';
import type { FileFacts, FileMark, KnownOutputs } from './content.ts';
import { outputPlace } from './output-place.ts';

/** An action whose every word and every input's content is known. */
export interface ResolvedInputs {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What goes into the key, and where its bytes are. */
  readonly inputs: readonly ResolvedInput[];
  readonly staged: readonly StagedInput[];
  /** Files, by absolute path, that must be the same after the run. */
  readonly watched: readonly WatchedFile[];
  /** Folders whose list of files must be the same too. */
  readonly trees: readonly OutputResult[];
}

export interface WatchedFile {
  readonly path: string;
  /** Of what its key stands on. */
  readonly hash: Sha256;
  readonly mark: FileMark;
}

export type Resolution =
  | { readonly ok: true; readonly value: ResolvedInputs }
  | { readonly ok: false; readonly failure: ActionFailure };

export function resolveAction(
  root: string,
  decl: ActionDecl,
  facts: FileFacts,
  known: KnownOutputs,
): Resolution {
  const pathsOf = (index: number): string[] => {
    const input = decl.inputs[index];
    return input ? inputPaths(input, known) : [];
  };
  const collector = new InputCollector(root, facts, known);
  for (const input of decl.inputs) {
    const failure = collector.add(input, pathsOf);
    if (failure) return { ok: false, failure };
  }
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(decl.env)) {
    const paths = words(value, pathsOf);
    const spaced = typeof value === 'string' ? undefined : paths.find((path) => /\s/.test(path));
    if (spaced !== undefined)
      return {
        ok: false,
        failure: { kind: 'path-with-space', blame: 'input', path: spaced, variable: name },
      };
    env[name] = paths.join(' ');
  }
  const argv = decl.argv.flatMap((arg) => words(arg, pathsOf));
  return { ok: true, value: { argv, env, ...collector.result() } };
}

function words(arg: Arg, pathsOf: (index: number) => string[]): string[] {
  if (typeof arg === 'string') return [arg];
  return arg.paths.flatMap(pathsOf).map((path) => `${arg.prefix ?? ''}${path}`);
}

function inputPaths(input: InputRef, known: KnownOutputs): string[] {
  if (input.kind !== 'group') return [input.path];
  return (known.groups.get(actionId(input.owner, input.template)) ?? []).map((o) => o.path);
}

class InputCollector {
  readonly #root: string;
  readonly #facts: FileFacts;
  readonly #known: KnownOutputs;
  readonly #inputs = new Map<string, ResolvedInput>();
  readonly #staged: StagedInput[] = [];
  readonly #watched: WatchedFile[] = [];
  readonly #trees: OutputResult[] = [];

  constructor(root: string, facts: FileFacts, known: KnownOutputs) {
    this.#root = root;
    this.#facts = facts;
    this.#known = known;
  }

  add(input: InputRef, pathsOf: (index: number) => string[]): ActionFailure | undefined {
    switch (input.kind) {
      case 'source':
        return this.#file(input.path, `${this.#root}/${input.path}`);
      case 'external':
        return this.#file(input.path, input.from, input.sha256);
      case 'tool':
        return this.#file(input.path, input.from);
      case 'inline':
        this.#inline(
          input.path,
          input.lines.flatMap((line) => words(line, pathsOf)),
          input.executable === true,
        );
        return undefined;
      case 'output':
        return this.#output(this.#known.byPath.get(input.path), input.path);
      case 'group':
        for (const output of this.#known.groups.get(actionId(input.owner, input.template)) ?? [])
          this.#output(output, output.path);
        return undefined;
    }
  }

  /** A file of a folder that is an input as a whole is there with it. */
  result(): Pick<ResolvedInputs, 'inputs' | 'staged' | 'watched' | 'trees'> {
    const trees = [...this.#inputs.values()]
      .filter((input) => input.kind === 'tree')
      .map((input) => `${input.path}/`);
    const covered = (path: string): boolean => trees.some((tree) => path.startsWith(tree));
    const inputs = [...this.#inputs.values()]
      .filter((i) => trees.length === 0 || !covered(i.path))
      .sort((a, b) => compareCodePoints(a.path, b.path));
    const staged = trees.length === 0 ? this.#staged : this.#staged.filter((s) => !covered(s.at));
    return { inputs, staged, watched: this.#watched, trees: this.#trees };
  }

  #file(path: string, from: string, sha256?: string): ActionFailure | undefined {
    if (this.#inputs.has(path)) return undefined;
    const look = this.#facts.look(from);
    if (look.kind === 'not-a-file')
      return { kind: 'input-missing', blame: 'input', path: from, isThere: true };
    if (look.kind !== 'file') return { kind: 'input-missing', blame: 'input', path: from };
    const { digest, executable } = look.content;
    if (sha256 !== undefined && sha256 !== digest.hash) {
      return { kind: 'pin-mismatch', blame: 'input', path: from, expected: sha256, actual: digest.hash };
    }
    this.#inputs.set(path, { kind: 'file', path, digest, executable });
    this.#staged.push({ kind: 'file', at: path, from, size: digest.size, executable });
    this.#watch(from, digest);
    return undefined;
  }

  #output(output: OutputResult | undefined, path: string): ActionFailure | undefined {
    if (!output) return { kind: 'input-missing', blame: 'input', path };
    if (this.#inputs.has(path)) return undefined;
    const from = outputPlace(this.#root, output);
    if (output.kind === 'tree') {
      this.#inputs.set(path, { kind: 'tree', path, rootDigest: output.rootDigest, content: output.content });
      this.#staged.push({ kind: 'tree', at: path, from });
      this.#trees.push(output);
      for (const file of output.content.files) this.#watch(`${from}/${file.path}`, file.digest);
      return undefined;
    }
    const { digest, executable } = output;
    this.#inputs.set(path, { kind: 'file', path, digest, executable });
    this.#staged.push({ kind: 'file', at: path, from, size: digest.size, executable });
    this.#watch(from, digest);
    return undefined;
  }

  #watch(path: string, { hash }: Digest): void {
    this.#watched.push({ path, hash, mark: this.#facts.mark(path) });
  }

  #inline(path: string, lines: readonly string[], executable: boolean): void {
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8');
    this.#inputs.set(path, { kind: 'file', path, digest: digestBytes(bytes), executable });
    this.#staged.push({ kind: 'bytes', at: path, bytes, executable });
  }
}
