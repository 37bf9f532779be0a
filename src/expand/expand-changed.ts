import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { sorted } from '../base/order.ts';
import type { Label } from '../model/label.ts';
import type { ConfiguredTarget, ResolvedTarget } from '../model/target.ts';
import type { Expander, Expansion, ToolsThere } from './expander.ts';

/** What targets were expanded to before, by the same rules. */
export interface ExpandedBefore {
  /** Digest of what all of them hung on beside what they say themselves. */
  readonly world: string;
  /** Undefined: it was not there, or said something else. */
  recall(label: Label, digest: string): ConfiguredTarget | undefined;
  /** Whatever it said. */
  last(label: Label): ConfiguredTarget | undefined;
  readonly listedFolders: readonly string[];
  readonly askedTools: readonly string[];
}

/** What the next load needs to know in order to expand less. */
export interface ExpansionNotes {
  readonly world: string;
  readonly digests: Readonly<Record<Label, string>>;
  readonly listedFolders: readonly string[];
  readonly askedTools: readonly string[];
}

export interface ChangedExpansion extends Expansion {
  readonly notes: ExpansionNotes;
}

export interface ExpandRequest {
  readonly expander: Expander;
  /** Dependencies first. */
  readonly targets: readonly ResolvedTarget[];
  readonly tools: ToolsThere;
  readonly identity: Readonly<Record<string, string>>;
  readonly digestOf: (text: string) => string;
  readonly before: ExpandedBefore | undefined;
}

/**
 * Expands the targets that say something new, or of whose dependencies something new can be seen; the others are what they
 * were. With any mistake all are expanded: what is said of it must not hang on what was known.
 */
export async function expandChanged(request: ExpandRequest): Promise<ChangedExpansion> {
  const { expander, targets, tools, before, digestOf } = request;
  const world = digestOf(canonicalJson([{ ...request.identity }, [...tools.everywhere], inPackages(tools)]));
  const digests: Record<Label, string> = {};
  for (const target of targets) digests[target.label] = digestOf(JSON.stringify(target));
  const some = before?.world === world ? await new Waves(request, before, digests).run() : undefined;
  const expansion = some ?? (await expander.expand(targets, [], tools));
  const { listedFolders, askedTools } = expansion;
  return { ...expansion, notes: { world, digests, listedFolders, askedTools } };
}

const inPackages = ({ inPackage }: ToolsThere): Json =>
  Object.fromEntries(Object.entries(inPackage).map(([path, names]) => [path, [...names]]));

/** Goes through the targets once; those to be expanded are collected until somebody needs to know what became of one. */
class Waves {
  readonly #request: ExpandRequest;
  readonly #before: ExpandedBefore;
  readonly #digests: Readonly<Record<Label, string>>;
  readonly #done = new Map<Label, ConfiguredTarget>();
  /** What others can see of these is not what it was. */
  readonly #changed = new Set<Label>();
  readonly #listed: Set<string>;
  readonly #asked: Set<string>;
  #batch = new Map<Label, ResolvedTarget>();

  constructor(request: ExpandRequest, before: ExpandedBefore, digests: Readonly<Record<Label, string>>) {
    this.#request = request;
    this.#before = before;
    this.#digests = digests;
    this.#listed = new Set(before.listedFolders);
    this.#asked = new Set(before.askedTools);
  }

  /** Undefined: there is a mistake. */
  async run(): Promise<Expansion | undefined> {
    for (const target of this.#request.targets) {
      const known = this.#before.recall(target.label, this.#digests[target.label] ?? '');
      const uses = Object.values(target.labels).flat();
      if (known && uses.some((label) => this.#batch.has(label)) && !(await this.#flush())) return undefined;
      if (known && !uses.some((label) => this.#changed.has(label))) this.#done.set(target.label, known);
      else this.#batch.set(target.label, target);
    }
    if (!(await this.#flush())) return undefined;
    return {
      targets: this.#request.targets.flatMap(({ label }) => this.#done.get(label) ?? []),
      provisional: [],
      diagnostics: [],
      listedFolders: sorted(this.#listed),
      askedTools: sorted(this.#asked),
    };
  }

  async #flush(): Promise<boolean> {
    if (this.#batch.size === 0) return true;
    const batch = this.#batch;
    this.#batch = new Map();
    const { expander, tools } = this.#request;
    const made = await expander.expand([...batch.values()], this.#usedBy(batch), tools);
    if (made.diagnostics.length > 0 || made.targets.length < batch.size) return false;
    for (const target of made.targets) {
      this.#done.set(target.label, target);
      if (seen(target) !== seen(this.#before.last(target.label))) this.#changed.add(target.label);
    }
    for (const folder of made.listedFolders) this.#listed.add(folder);
    for (const name of made.askedTools) this.#asked.add(name);
    return true;
  }

  #usedBy(batch: ReadonlyMap<Label, ResolvedTarget>): ConfiguredTarget[] {
    const uses = new Set([...batch.values()].flatMap(({ labels }) => Object.values(labels).flat()));
    return [...uses].flatMap((label) => (batch.has(label) ? [] : (this.#done.get(label) ?? [])));
  }
}

/** All of a target that a rule is shown of its dependencies. */
const seen = (target: ConfiguredTarget | undefined): string | undefined =>
  target && JSON.stringify([target.rule, target.taint ?? null, target.provides]);
