import type { SeenEntry } from '../journal/seen-entry.ts';
import { heldEntries } from '../journal/seen-table.ts';
import { takeSeen } from '../journal/take-seen.ts';
import { type Observed, stillHolds } from '../tools/observed.ts';

/** A compiler is judged by hundreds of files: they are looked at again at most this often, its few programs each time. */
const WHOLE_LOOK_MS = 1000;
const FEW = 4;

interface Taken {
  /** The programs themselves first. */
  readonly observed: readonly Observed[];
  readonly identity: readonly Observed[];
  lookedAt: number;
  holds: boolean;
}

/** Whether tools and base system are still what their identities were taken from: an upgrade may come in the middle of a build. */
export class IdentityWatch {
  readonly #root: string;
  readonly #taken = new Map<string, Taken>();
  /** What changed is doubtful, also after its identity was taken anew: earlier actions had the old one. */
  readonly #doubtful = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  /** `identity`: what was looked at just now to tell who it is. */
  take(name: string, identity: readonly Observed[], programs: readonly string[] = []): void {
    if (this.#taken.get(name)?.identity === identity) return;
    const isProgram = ({ path }: Observed): boolean => programs.includes(path);
    const observed = [...identity.filter(isProgram), ...identity.filter((o) => !isProgram(o))];
    this.#taken.set(name, { observed, identity, lookedAt: Date.now(), holds: true });
  }

  holds(name: string): boolean {
    const taken = this.#taken.get(name);
    if (!taken) return true;
    const whole = Date.now() - taken.lookedAt >= WHOLE_LOOK_MS;
    if (whole) taken.lookedAt = Date.now();
    return this.#look(taken, whole ? taken.observed : taken.observed.slice(0, FEW));
  }

  /** For the table of what was seen. Looked at first, compared afterwards: what holds then is what was looked at. */
  entries(): SeenEntry[] {
    const paths = new Set([...this.#taken.values()].flatMap((taken) => taken.observed.map((o) => o.path)));
    const wanted = [...paths].map((path): SeenEntry => ({ path, kind: 'load', type: 'file' }));
    const entries = heldEntries(takeSeen(this.#root, {}, wanted), 'load');
    for (const taken of this.#taken.values()) this.#look(taken, taken.observed);
    return entries.map((entry) =>
      this.#doubtful.has(entry.path)
        ? { path: entry.path, kind: 'load', type: 'file', doubtful: true }
        : entry,
    );
  }

  #look(taken: Taken, some: readonly Observed[]): boolean {
    taken.holds &&= stillHolds(some);
    if (!taken.holds) for (const { path } of taken.observed) this.#doubtful.add(path);
    return taken.holds;
  }
}
