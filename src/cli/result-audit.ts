import { sortedBy } from '../base/order.ts';
import type { ResultCache } from '../engine/services.ts';
import type { ActionKey } from '../fingerprint/action-key.ts';
import type { ActionResult, OutputResult } from '../model/result.ts';

/** What an audit compares with, and where what it makes is kept. */
export interface AuditedStores {
  readonly name: string;
  known(key: ActionKey): Promise<ActionResult | undefined>;
  keep(key: ActionKey, result: ActionResult): Promise<void>;
  /** Troubles with it, in words. */
  troubles(): readonly string[];
}

/** An action that came out otherwise here. */
export interface Disagreement {
  readonly key: string;
  /** Paths of the outputs that differ, or are there on one side only. */
  readonly outputs: readonly string[];
}

/** Holds what a remote cache says of actions against what they do when they run here. Nothing is taken from it or sent to it. */
export class ResultAudit {
  readonly #disagreements: Disagreement[] = [];
  #stores: AuditedStores | undefined;
  #equal = 0;
  #unknown = 0;

  /** The results of a build that is audited: every action runs, so nothing is looked up. */
  over(stores: AuditedStores): ResultCache {
    this.#stores = stores;
    return {
      lookup: async () => undefined,
      store: async (key, result) => {
        const theirs = await stores.known(key);
        if (theirs === undefined) this.#unknown++;
        else this.#compare(key, result, theirs);
        await stores.keep(key, result);
      },
    };
  }

  report() {
    return {
      remote: this.#stores?.name,
      equal: this.#equal,
      unknown: this.#unknown,
      different: sortedBy(this.#disagreements, ({ outputs, key }) => `${outputs[0]}\0${key}`),
      troubles: this.#stores?.troubles() ?? [],
    };
  }

  #compare({ key }: ActionKey, mine: ActionResult, theirs: ActionResult): void {
    const outputs = differingOutputs(mine.outputs, theirs.outputs);
    if (outputs.length === 0) this.#equal++;
    else this.#disagreements.push({ key, outputs });
  }
}

/** What an action printed may differ: nobody builds on it. */
function differingOutputs(mine: readonly OutputResult[], theirs: readonly OutputResult[]): string[] {
  const [ours, others] = [contents(mine), contents(theirs)];
  const paths = new Set([...ours.keys(), ...others.keys()]);
  return sortedBy(
    [...paths].filter((path) => ours.get(path) !== others.get(path)),
    (path) => path,
  );
}

const contents = (outputs: readonly OutputResult[]): ReadonlyMap<string, string> =>
  new Map(
    outputs.map((output) => [
      output.path,
      output.kind === 'file'
        ? `file ${output.digest.hash} ${output.executable}`
        : `tree ${output.rootDigest.hash}`,
    ]),
  );
