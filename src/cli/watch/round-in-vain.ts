import type { Outdated } from '../../engine/build-input.ts';
import { kindOf, type SeenTable, usersOf } from '../../journal/seen-table.ts';
import type { BuildRequestKey } from '../fast-path.ts';
import type { RequestPlan } from '../plan-file.ts';
import { goneActions } from './gone-actions.ts';
import { changedSources } from './round.ts';

/** What the build that runs stands on, and who is to be told that part of it is in vain. */
export class RoundInVain {
  readonly #listeners = new Set<(actions: ReadonlySet<number>) => void>();
  /** Undefined: no build runs, or nobody knows yet what it reads. */
  standsOn: SeenTable | undefined;
  plan: RequestPlan | undefined;

  /** For the engine. */
  readonly outdated: Outdated = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  end(): void {
    this.standsOn = undefined;
    this.plan = undefined;
  }

  /** The paths because of which actions end that read them; empty: there are none. */
  async tell(
    request: BuildRequestKey,
    patterns: readonly string[],
    table: SeenTable,
    changed: readonly number[],
    onEnding: (paths: readonly string[]) => void,
  ): Promise<void> {
    const isDeclared = changed.some((index) => kindOf(table, index) === 'load');
    const gone = isDeclared && this.plan ? await goneActions(request, patterns, this.plan) : [];
    const actions = new Set([...usersOf(table, changedSources(table, changed)), ...gone]);
    // The round may have ended while the workspace was read.
    if (actions.size === 0 || this.standsOn !== table) return;
    onEnding(changed.map((index) => table.paths[index] ?? ''));
    for (const listener of this.#listeners) listener(actions);
  }
}
