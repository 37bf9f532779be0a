import { statSync } from 'node:fs';
import type { SeenTable } from '../../journal/seen-table.ts';
import type { ActionRecord } from '../../model/record.ts';
import { type BuildState, openBuildState } from '../build-state.ts';
import type { Engine } from '../engine.ts';
import { type BuildRequestKey, type HeldRequest, requestFile } from '../fast-path.ts';
import { UnchangedLines } from '../unchanged-lines.ts';

/** What stays in memory between rounds, and whether it still is what lies on disk. */
export class RoundMemory {
  readonly #request: BuildRequestKey;
  #marks = '';
  state: BuildState;
  /** As the last round left it, or as it lay there when the session began. */
  table: SeenTable | undefined;
  held: HeldRequest | undefined;
  engine: Engine | undefined;
  readonly unchangedLines = new UnchangedLines();
  /** What failed in the last round, by id. */
  failures: ReadonlyMap<string, ActionRecord> = new Map();
  /** What the engine was composed for. */
  config = '';

  constructor(request: BuildRequestKey) {
    this.#request = request;
    this.state = openBuildState(request.stateDir);
  }

  /** Another command may have built since, or somebody removed the state: then what lies there is right, and not this. */
  isCurrent(): boolean {
    return this.table !== undefined && this.#marks === this.#look();
  }

  /** From here on what lies on disk is what this remembers. */
  mark(): void {
    this.#marks = this.#look();
  }

  forget(): void {
    this.state = openBuildState(this.#request.stateDir);
    this.table = undefined;
    this.held = undefined;
  }

  async dropEngine(): Promise<void> {
    const { engine } = this;
    this.engine = undefined;
    await engine?.close();
  }

  /** The root among them: a workspace that was moved away and made anew has nothing to do with what was known of it. */
  #look(): string {
    const { root, stateDir } = this.#request;
    const state = [
      requestFile(this.#request, 'seen'),
      `${stateDir}/state/actions.journal`,
      `${stateDir}/state/files.journal`,
    ].map((file) => {
      const stat = statSync(file, ABSENT);
      return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs}` : '-';
    });
    return [statSync(root, ABSENT)?.ino, ...state].join(' ');
  }
}

const ABSENT = { throwIfNoEntry: false } as const;
