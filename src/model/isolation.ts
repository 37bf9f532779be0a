/** What kept an action to its declared inputs, from nothing to namespaces. */
export type SandboxKind = 'bubblewrap' | 'unshare' | 'staged' | 'off';

/** What the user asks for: `auto` takes the best this machine can do. */
export type SandboxMode = 'auto' | 'required' | 'off';

/** A result may be used where at least its level of isolation is asked for. */
export type IsolationLevel = 0 | 1 | 2;

const LEVELS: Readonly<Record<SandboxKind, IsolationLevel>> = {
  off: 0,
  staged: 1,
  unshare: 2,
  bubblewrap: 2,
};

export const isolationLevel = (kind: SandboxKind): IsolationLevel => LEVELS[kind];
