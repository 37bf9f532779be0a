import { existsSync } from 'node:fs';
import { storageFailure } from '../../engine/storage-failure.ts';
import { FIRST_STATE, type SessionEvent, type SessionState, step } from '../../engine/watch/session-state.ts';
import { lookedAt } from '../../journal/renew-seen.ts';
import type { SeenTable } from '../../journal/seen-table.ts';
import type { MakeWatcher } from '../../ports/folder-watcher.ts';
import type { RoundCause, WatchEvent } from '../../report/watch-event.ts';
import type { BuildArguments } from '../build-arguments.ts';
import type { BuildRequestKey } from '../fast-path.ts';
import { EVERYTHING, type Hints } from './hint-bag.ts';
import { type Changed, Lookout } from './lookout.ts';
import { hasChangedSince, OWN_FILE } from './own-code.ts';
import { type RoundEnd, runRound } from './round.ts';
import { endOfRound, isCutShort, observerOf } from './round-events.ts';
import { RoundInVain } from './round-in-vain.ts';
import { RoundMemory } from './round-memory.ts';
import { Settling } from './settling.ts';
import { underLock } from './under-lock.ts';

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
  readonly #lookout: Lookout;
  readonly #settling: Settling;
  readonly #inVain = new RoundInVain();
  readonly #quit = new AbortController();
  readonly #isOtherCode = hasChangedSince(OWN_FILE);
  readonly #warned = new Set<string>();
  #state: SessionState = FIRST_STATE;
  #round = 0;
  #good = false;
  #isBroken = false;
  #isCut = false;
  /** Its folder was not there, or was no workspace. */
  #isGone = false;
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
    const { request, makeWatcher, once } = options;
    this.#memory = new RoundMemory(request);
    this.#settling = new Settling(request.root, () => this.#on('quiet'));
    const watcher = makeWatcher((hint) => {
      this.#settling.add(hint);
      this.#on('hint');
    });
    this.#lookout = new Lookout(request, this.#memory, watcher, once !== true);
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
    if (act === 'wait') this.#settling.wait();
    else if (act === 'build' || act === 'rebuild') this.#begin(this.#settling.takeAll(), act === 'rebuild');
    else if (act === 'outdate') void this.#guarded(() => this.#outdate(this.#settling.putBy()));
    else if (act === 'stop') this.#quit.abort();
    else if (act === 'over') void this.#end();
  }

  #begin(hints: readonly Hints[], asked: boolean): void {
    this.#settling.stop();
    const heardAt = this.#settling.takeHeardAt();
    void this.#guarded(async () => {
      if (this.#isOtherCode()) return this.#endForOtherCode();
      await this.#lookAndBuild(hints, asked, heardAt);
      if (this.#state.phase === 'building' && !this.#state.again && !this.#state.asked) this.#rest();
      this.#on('ended');
      if (this.#state.phase === 'settling') this.#settling.wait();
    });
  }

  /** Said once for whatever was said before. */
  #rest(): void {
    if (!this.#isTold) return;
    this.#isTold = false;
    this.#options.onEvent({ kind: 'resting', ...this.#lookout.size });
  }

  /** Whatever goes wrong in here that nobody expected ends the session, and not silently. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.#isOtherCode()) return this.#endForOtherCode();
      this.#fail(error);
      this.#state = { ...this.#state, phase: 'over' };
      await this.#end();
    }
  }

  async #endForOtherCode(): Promise<void> {
    this.#good = false;
    this.#state = { ...this.#state, phase: 'over' };
    this.#options.onEvent({ kind: 'over', message: OTHER_CODE });
    await this.#end();
  }

  async #lookAndBuild(hints: readonly Hints[], asked: boolean, heardAt: number): Promise<void> {
    const { request, command, onEvent } = this.#options;
    const isFirst = this.#round === 0;
    // Who asks wants to see it tried.
    if (asked) this.#memory.failures = new Map();
    const changed = isFirst ? 'all' : await this.#lookout.look(hints, asked);
    const isBack = this.#isGone && isWorkspace(request.root);
    // What was ended because of an edit is still to be done, whatever became of the edit.
    if (!asked && !this.#isCut && !isBack && changed !== 'all' && changed.length === 0) return;
    this.#isGone = !isWorkspace(request.root);
    if (this.#isGone) return this.#markGone();
    const { signal } = this.#quit;
    const onWaiting = (owner: string): void => onEvent({ kind: 'waiting', owner });
    try {
      await underLock({ request, command, signal, onWaiting }, (waited) =>
        this.#build(waited ? 'all' : changed, asked, heardAt),
      );
    } catch (error) {
      const failure = storageFailure(error);
      if (!failure) throw error;
      this.#good = false;
      // Half of it may be written: what lies there decides.
      this.#memory.forget();
      onEvent({ kind: 'trouble', message: 'message' in failure ? failure.message : String(error) });
    }
  }

  async #build(looked: Changed, asked: boolean, heardAt: number): Promise<void> {
    const { args, request, onEvent } = this.#options;
    const memory = this.#memory;
    const changed = looked === 'all' || !memory.isCurrent() ? await this.#lookout.fromDisk() : looked;
    const startedAt = Date.now();
    const names = this.#lookout.names(changed);
    if (memory.table)
      this.#inVain.standsOn = lookedAt(request.root, memory.table, changed === 'all' ? [] : changed);
    const cause: RoundCause = this.#round === 0 ? 'first' : asked && names.length === 0 ? 'asked' : 'changed';
    const round = ++this.#round;
    onEvent({ kind: 'round-started', round, cause, changed: names });
    const end = await runRound({
      ...{ args, request, memory, startedAt },
      changed: this.#isBroken ? 'all' : changed,
      observer: observerOf(onEvent, heardAt),
      signal: this.#quit.signal,
      outdated: this.#inVain.outdated,
      onPlan: (plan) => {
        this.#inVain.plan = plan;
      },
      onTable: async (table) => {
        this.#inVain.standsOn = table;
        await this.#arm(table);
      },
    });
    await this.#settleRound(round, end, startedAt);
  }

  async #settleRound(round: number, end: RoundEnd, startedAt: number): Promise<void> {
    if (end.kind === 'built') for (const warning of end.warnings) this.#warn(warning);
    this.#isBroken = end.kind === 'broken';
    this.#isCut = isCutShort(end);
    const event = endOfRound(round, end, Date.now() - startedAt);
    this.#good = event.kind === 'round-ended' && event.state === 'succeeded';
    this.#options.onEvent(event);
    if (end.kind === 'built') await this.#memory.engine?.tidy();
    // What failed while something was edited may have read half of each.
    if (!this.#settling.isEmpty) this.#memory.failures = new Map();
    this.#inVain.end();
    if (this.#memory.table) await this.#arm(this.#memory.table);
  }

  async #arm(table: SeenTable): Promise<void> {
    if (!(await this.#lookout.arm(table))) return;
    this.#settling.add({ kind: 'lost' });
    this.#on('hint');
  }

  /** While a build runs: what of it is in vain? The rest may end. */
  async #outdate(hints: Hints): Promise<void> {
    const { args, request, onEvent } = this.#options;
    const table = this.#inVain.standsOn;
    if (!table) return;
    const changed = await this.#lookout.lookAt(table, hints);
    await this.#inVain.tell(request, args.patterns, table, changed, (paths) =>
      onEvent({ kind: 'outdated', changed: paths }),
    );
  }

  #warn(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#options.onEvent({ kind: 'warning', message });
  }

  #markGone(): void {
    this.#good = false;
    this.#isBroken = true;
    const diagnostics = [{ severity: 'error', code: 'workspace-gone', message: GONE }] as const;
    this.#options.onEvent({ kind: 'broken', round: this.#round, exitCode: 2, diagnostics });
  }

  async #end(): Promise<void> {
    this.#settling.stop();
    await Promise.all([this.#lookout.close(), this.#memory.dropEngine()]);
    this.#finish({ good: this.#good });
  }
}

const GONE = 'the workspace is gone: neither a recomp.toml nor an automation.toml is in its folder any more';
const OTHER_CODE = 'recomp itself was built or installed anew: this session ends; start it again';

const isWorkspace = (root: string): boolean =>
  existsSync(`${root}/recomp.toml`) || existsSync(`${root}/automation.toml`);
