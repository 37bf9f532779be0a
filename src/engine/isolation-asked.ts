import type { ActionDecl } from '../model/action.ts';
import type { IsolationLevel } from '../model/isolation.ts';
import type { EngineServices } from './services.ts';

/** How well kept to its inputs an action must have been for its result to be taken; of one that cannot be shut in less is asked. */
export const isolationAsked = (
  { local }: Pick<ActionDecl, 'local'>,
  { isolation, unenclosed }: Pick<EngineServices, 'isolation' | 'unenclosed'>,
): IsolationLevel => (local === undefined ? isolation : unenclosed.isolation);
