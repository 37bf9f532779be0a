import { outputBase } from '../engine/output-place.ts';
import type { ActionDecl } from '../model/action.ts';
import type { Executor } from '../ports/executor.ts';
import type { Chosen } from '../sandbox/choose-executor.ts';

export interface Executors {
  /** Undefined: it cannot be shut in, and must be. */
  executorFor(id: string, decl: Pick<ActionDecl, 'home' | 'local'>): Executor | undefined;
  close(): Promise<void>;
}

interface Options {
  readonly root: string;
  readonly mustShutIn: boolean;
  readonly tell: (warning: string) => void;
  /** A cluster beside this machine. */
  readonly beside?: ((local: Executor) => Executor) | undefined;
}

/**
 * Most actions run where this machine does it best. Those that cannot be shut in run in a bare folder; and where folders for
 * actions lie in the workspace, what is made of proprietary inputs gets folders elsewhere. These are made when they are needed.
 */
export function openExecutors(chosen: Chosen, { root, mustShutIn, tell, beside }: Options): Executors {
  const { executor, place = root, openAt } = chosen;
  const main = beside ? beside(executor) : executor;
  const others = new Map<string, Executor>();
  const inWorkspace = place === root || place.startsWith(`${root}/`);
  return {
    executorFor: (id, { home, local }) => {
      if (local !== undefined && mustShutIn) return undefined;
      if (local !== undefined) tell(`${id} is not isolated: ${local}. What it made is kept in no cache`);
      const at = home !== undefined && inWorkspace ? `${outputBase(root, home)}/${SLOTS}` : place;
      const bare = local !== undefined && chosen.shutsIn;
      if (!openAt || (at === place && !bare)) return main;
      const key = `${bare} ${at}`;
      const other = others.get(key) ?? openAt(at, bare);
      others.set(key, other);
      return other;
    },
    close: async () => {
      await Promise.all([main, ...others.values()].map((one) => one.close()));
    },
  };
}

const SLOTS = '.recomp-sandbox';
