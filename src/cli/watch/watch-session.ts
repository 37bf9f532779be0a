import { existsSync } from 'node:fs';
import { monotonicMs } from '../../base/clock.ts';
import type { Outdated } from '../../engine/build-input.ts';
import type { BuildObserver } from '../../engine/build-observer.ts';
import { storageFailure } from '../../engine/storage-failure.ts';
import { isMany, stillToWait } from '../../engine/watch/quiet.ts';
import { FIRST_STATE, type SessionEvent, type SessionState, step } from '../../engine/watch/session-state.ts';
import { compareSeen } from '../../journal/compare-seen.ts';
import { lookedAt } from '../../journal/renew-seen.ts';
import { kindOf, type SeenTable, usersOf } from '../../journal/seen-table.ts';
import { lockWorkspace, type WorkspaceLock } from '../../journal/workspace-lock.ts';
import type { FolderWatcher, MakeWatcher } from '../../ports/folder-watcher.ts';
import type { RoundCause, WatchEvent } from '../../report/watch-event.ts';
import type { BuildArguments } from '../build-arguments.ts';
import { makeFolders } from '../commands/build.ts';
import type { BuildRequestKey } from '../fast-path.ts';
import type { RequestPlan } from '../plan-file.ts';
import { ArmedWatch } from './armed-watch.ts';
import { isGitBusy } from './git-busy.ts';
import { goneActions } from './gone-actions.ts';
import { EVERYTHING, HintBag, type Hints } from './hint-bag.ts';
import { changedSources, openTable, type RoundEnd, runRound } from './round.ts';
import { RoundMemory } from './round-memory.ts';

export interface WatchSessionOptions {
  readonly args: BuildArguments;
  readonly request: BuildRequestKey;
  readonly makeWatcher: MakeWatcher;
  readonly onEvent: (event: WatchEvent) => void;
  readonly command: string;
  /** One round is all that is wanted. */
  readonly once?: boolean;
}

export interface WatchSession {
  /** Builds although nothing was heard of, and looks at everything for it. */
  rebuild(): void;
  /** Ends what runs, and then the session. */
  close(): Promise<void>;
  /** How it ended: the last round was good. */
  readonly ended: Promise<{ readonly good: boolean }>;
}

/** Builds, then builds again what has changed, until it is closed. */
export function startWatchSession(options: WatchSessionOptions): WatchSession {
  return new Session(options);
}

class Session implements WatchSession {
  readonly ended: Promise<{ readonly good: boolean }>;
  readonly #options: WatchSessionOptions;
  readonly #memory: RoundMemory;
  readonly #watch: ArmedWatch;
  readonly #bag = new HintBag();
  readonly #quit = new AbortController();
  readonly #warned = new Set<string>();
  readonly #outdatedListeners = new Set<(actions: ReadonlySet<number>) => void>();
  #state: SessionState = FIRST_STATE;
  #timer: NodeJS.Timeout | undefined;
  /** Heard of while a build ran, and to be looked at again when it has ended. */
  #meanwhile: Hints[] = [];
  /** What the build that runs stands on. */
  #standsOn: SeenTable | undefined;
  #plan: RequestPlan | undefined;
  #heardAt: number | undefined;
  #round = 0;
  #good = false;
  #isBroken = false;
  #isCut = false;
  /** Something was said since it last rested. */
  #isTold = false;
  #finish: (end: { good: boolean }) => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(options: WatchSessionOptions) {
    this.#options = {
      ...options,
      onEvent: (event) => {
        this.#isTold ||= event.kind !== 'resting';
        options.onEvent(event);
      },
    };
    this.#memory = new RoundMemory(options.request);
    const watcher: FolderWatcher = options.makeWatcher((hint) => {
      this.#bag.add(hint, monotonicMs());
      this.#on('hint');
    });
    this.#watch = new ArmedWatch(options.request.root, watcher);
    this.ended = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    setImmediate(() => this.#begin([EVERYTHING], false));
  }

  rebuild(): void {
    this.#on('asked');
  }

  async close(): Promise<void> {
    this.#on('quit');
    await this.ended;
  }

  #on(event: SessionEvent): void {
    const { state, act } = step(this.#state, event);
    this.#state = state;
    if (act === 'wait') this.#wait();
    else if (act === 'build' || act === 'rebuild') this.#begin(this.#takeHints(), act === 'rebuild');
    else if (act === 'outdate') void this.#guarded(() => this.#outdate(this.#bag.take()));
    else if (act === 'stop') this.#quit.abort();
    else if (act === 'over') void this.#end();
  }

  #wait(): void {
    const { burst } = this.#bag;
    const rest = Math.max(stillToWait(burst, monotonicMs()), this.#bag.isEmpty ? 0 : this.#gitDelay());
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (stillToWait(this.#bag.burst, monotonicMs()) > 0 || this.#gitDelay() > 0) this.#wait();
      else this.#on('quiet');
    }, rest);
  }

  /** A checkout of many files says itself when it is done. */
  #gitDelay(): number {
    const { burst } = this.#bag;
    const waited = monotonicMs() - burst.firstAt;
    return isMany(burst) && waited < GIT_LONGEST_MS && isGitBusy(this.#options.request.root)
      ? GIT_LOOK_MS
      : 0;
  }

  #takeHints(): Hints[] {
    if (!this.#bag.isEmpty) this.#heardAt = this.#bag.burst.firstAt;
    const hints = [...this.#meanwhile, this.#bag.take()];
    this.#meanwhile = [];
    return hints.some((one) => one.isAll) ? [EVERYTHING] : hints;
  }

  #begin(hints: readonly Hints[], asked: boolean): void {
    clearTimeout(this.#timer);
    const heardAt = this.#heardAt ?? monotonicMs();
    this.#heardAt = undefined;
    void this.#guarded(async () => {
      await this.#lookAndBuild(hints, asked, heardAt);
      if (this.#state.phase === 'building' && !this.#state.again && !this.#state.asked) this.#rest();
      this.#on('ended');
      if (this.#state.phase === 'settling') this.#wait();
    });
  }

  /** Said once for whatever was said before. */
  #rest(): void {
    if (!this.#isTold) return;
    this.#isTold = false;
    this.#options.onEvent({ kind: 'resting', ...this.#watch.size });
  }

  /** Whatever goes wrong in here that nobody expected ends the session, and not silently. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#fail(error);
      this.#state = { ...this.#state, phase: 'over' };
      await this.#end();
    }
  }

  async #lookAndBuild(hints: readonly Hints[], asked: boolean, heardAt: number): Promise<void> {
    const { request, onEvent } = this.#options;
    const isFirst = this.#round === 0;
    const changed = isFirst ? 'all' : await this.#look(hints, asked);
    // What was ended because of an edit is still to be done, whatever became of the edit.
    if (!asked && !this.#isCut && changed !== 'all' && changed.length === 0) return;
    if (!isWorkspace(request.root)) {
      this.#markBroken([{ severity: 'error', code: 'workspace-gone', message: GONE }]);
      return;
    }
    try {
      const cause: RoundCause = isFirst ? 'first' : changed.length > 0 || this.#isCut ? 'changed' : 'asked';
      await this.#locked((waited) => this.#build(waited ? 'all' : changed, cause, heardAt));
    } catch (error) {
      const failure = storageFailure(error);
      if (!failure) throw error;
      this.#good = false;
      // Half of it may be written: what lies there decides.
      this.#memory.forget();
      onEvent({ kind: 'trouble', message: 'message' in failure ? failure.message : String(error) });
    }
  }

  /** What of the table has changed, by these hints; `all`: what was known counts no more. */
  async #look(hints: readonly Hints[], asked: boolean): Promise<readonly number[] | 'all'> {
    const { table } = this.#memory;
    // Who asks wants to see it tried.
    if (asked) this.#memory.failures = new Map();
    const found = new Set<number>();
    for (const one of hints) {
      const about = await this.#watch.lookInto(one, table ?? NOTHING_SEEN);
      for (const index of about) found.add(index);
    }
    if (!table || !this.#memory.isCurrent()) return found.size > 0 || asked ? 'all' : [];
    return this.#compare(table, asked ? table.paths.keys() : found);
  }

  #compare(table: SeenTable, only: Iterable<number>): readonly number[] {
    const { changed, refreshed } = compareSeen(this.#options.request.root, table, { isTold: true, only });
    if (refreshed) this.#memory.table = { ...refreshed, header: table.header };
    return changed;
  }

  async #locked(work: (waited: boolean) => Promise<void>): Promise<void> {
    const { request, command, onEvent } = this.#options;
    await makeFolders(request);
    let waited = false;
    const lock: WorkspaceLock | undefined = await lockWorkspace(
      request.stateDir,
      command,
      (owner, file) => {
        waited = true;
        onEvent({ kind: 'waiting', owner: owner ? `\`${owner.command}\` (process ${owner.pid})` : file });
      },
      this.#quit.signal,
    );
    if (!lock) return;
    try {
      await work(waited);
    } finally {
      lock.release();
    }
  }

  async #build(looked: readonly number[] | 'all', cause: RoundCause, heardAt: number): Promise<void> {
    const { args, request, onEvent } = this.#options;
    const memory = this.#memory;
    const changed = looked === 'all' || !memory.isCurrent() ? await this.#fromDisk() : looked;
    const startedAt = Date.now();
    const round = ++this.#round;
    if (memory.table) this.#standsOn = lookedAt(request.root, memory.table, changed === 'all' ? [] : changed);
    onEvent({ kind: 'round-started', round, cause, changed: changed === 'all' ? [] : this.#names(changed) });
    const end = await runRound({
      args,
      request,
      memory,
      changed: this.#isBroken ? 'all' : changed,
      startedAt,
      observer: observerOf(onEvent, heardAt),
      signal: this.#quit.signal,
      outdated: this.#outdated,
      onPlan: (plan) => {
        this.#plan = plan;
      },
      onTable: async (table) => {
        this.#standsOn = table;
        await this.#arm(table);
      },
    });
    await this.#settleRound(round, end, startedAt);
  }

  /** What the last build left, and how it differs from what is there. */
  async #fromDisk(): Promise<readonly number[] | 'all'> {
    const memory = this.#memory;
    memory.forget();
    const table = openTable(this.#options.request);
    if (!table) return 'all';
    memory.table = table;
    // First follow, then look: nothing falls between.
    if (!this.#options.once) await this.#watch.arm(table);
    return this.#compare(table, table.paths.keys());
  }

  async #settleRound(round: number, end: RoundEnd, startedAt: number): Promise<void> {
    const { onEvent } = this.#options;
    this.#isBroken = end.kind === 'broken';
    this.#isCut = end.kind === 'built' && end.outcome.records.some((record) => record.status === 'cancelled');
    if (end.kind === 'broken') {
      this.#good = false;
      onEvent({ kind: 'broken', round, exitCode: end.code, diagnostics: end.answer?.diagnostics ?? [] });
    } else {
      const { runId, outcome, totals, unfinished } = end;
      const bad = totals.failed + totals.skipped > 0;
      this.#good = !bad && !this.#isCut;
      for (const warning of end.warnings) this.#warn(warning);
      const state = totals.failed > 0 ? 'failed' : this.#isCut ? 'cancelled' : bad ? 'failed' : 'succeeded';
      const durationMs = Date.now() - startedAt;
      const { records } = outcome;
      onEvent({ kind: 'round-ended', round, runId, state, totals, records, unfinished, durationMs });
      await this.#memory.engine?.tidy();
    }
    // What failed while something was edited may have read half of each.
    if (this.#meanwhile.length > 0 || !this.#bag.isEmpty) this.#memory.failures = new Map();
    this.#standsOn = undefined;
    this.#plan = undefined;
    if (this.#memory.table) await this.#arm(this.#memory.table);
  }

  /** What was read before it was followed is looked at again. */
  async #arm(table: SeenTable): Promise<void> {
    if (this.#options.once) return;
    const fresh = await this.#watch.arm(table);
    const { changed } = compareSeen(this.#options.request.root, table, { isTold: true, only: fresh });
    if (changed.length === 0) return;
    this.#bag.add({ kind: 'lost' }, monotonicMs());
    this.#on('hint');
  }

  /** While a build runs: what of it is in vain? The rest may end. */
  async #outdate(hints: Hints): Promise<void> {
    this.#meanwhile.push(hints);
    const table = this.#standsOn;
    if (!table) return;
    const { root } = this.#options.request;
    const about = await this.#watch.lookInto(hints, table);
    const { changed } = compareSeen(root, table, { isTold: true, only: about });
    await this.#tellOutdated(table, changed);
  }

  async #tellOutdated(table: SeenTable, changed: readonly number[]): Promise<void> {
    const { args, request, onEvent } = this.#options;
    const sources = changedSources(table, changed);
    const isDeclared = changed.some((index) => kindOf(table, index) === 'load');
    const gone = isDeclared && this.#plan ? await goneActions(request, args.patterns, this.#plan) : [];
    const actions = new Set([...usersOf(table, sources), ...gone]);
    // The round may have ended while the workspace was read.
    if (actions.size === 0 || this.#standsOn !== table) return;
    onEvent({ kind: 'outdated', changed: changed.map((index) => table.paths[index] ?? '') });
    for (const listener of this.#outdatedListeners) listener(actions);
  }

  readonly #outdated: Outdated = (listener) => {
    this.#outdatedListeners.add(listener);
    return () => this.#outdatedListeners.delete(listener);
  };

  /** What recomp made itself is no reason. */
  #names(indexes: readonly number[]): string[] {
    const { table } = this.#memory;
    if (!table) return [];
    const own = indexes.filter((index) => kindOf(table, index) !== 'output');
    return own.map((index) => table.paths[index] ?? '');
  }

  #warn(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#options.onEvent({ kind: 'warning', message });
  }

  #markBroken(diagnostics: Extract<WatchEvent, { kind: 'broken' }>['diagnostics']): void {
    this.#good = false;
    this.#isBroken = true;
    this.#options.onEvent({ kind: 'broken', round: this.#round, exitCode: 2, diagnostics });
  }

  async #end(): Promise<void> {
    clearTimeout(this.#timer);
    await Promise.all([this.#watch.close(), this.#memory.dropEngine()]);
    this.#finish({ good: this.#good });
  }
}

const GONE = 'the workspace is gone: neither a recomp.toml nor an automation.toml is in its folder any more';
const GIT_LOOK_MS = 40;
const GIT_LONGEST_MS = 3000;

const isWorkspace = (root: string): boolean =>
  existsSync(`${root}/recomp.toml`) || existsSync(`${root}/automation.toml`);

const NOTHING_SEEN: SeenTable = {
  header: {},
  paths: [],
  kinds: new Uint8Array(),
  signatures: new Float64Array(),
  userStarts: new Uint32Array(1),
  users: new Uint32Array(),
};

const observerOf = (onEvent: (event: WatchEvent) => void, heardAt: number): BuildObserver => ({
  planned: (actions) => onEvent({ kind: 'planned', actions }),
  started: (action, _mnemonic, description) =>
    onEvent({ kind: 'action-started', action, description, sinceHintMs: monotonicMs() - heardAt }),
  retried: (action, attempt, reason) => onEvent({ kind: 'action-retried', action, attempt, reason }),
  finished: (record) => onEvent({ kind: 'action-ended', record }),
});
