import { type ActionKey, actionKey } from '../fingerprint/action-key.ts';
import type { ResolvedAction } from '../fingerprint/resolved-action.ts';
import type { ActionDecl } from '../model/action.ts';
import type { ActionFailure } from '../model/failure.ts';
import type { FileFacts, KnownOutputs } from './content.ts';
import { type ResolvedInputs, resolveAction } from './resolve-action.ts';
import type { HostEnvironment, ToolUse } from './services.ts';

/** An action of which all is known that decides its result. */
export interface PreparedAction {
  readonly key: ActionKey;
  readonly action: ResolvedAction;
  readonly resolved: ResolvedInputs;
  readonly tools: readonly ToolUse['staged'][];
}

export function prepareAction(
  decl: ActionDecl,
  services: { readonly root: string; readonly facts: FileFacts; readonly host: HostEnvironment },
  known: KnownOutputs,
): PreparedAction | { readonly failure: ActionFailure } {
  const resolution = resolveAction(services.root, decl, services.facts, known);
  if (!resolution.ok) return { failure: resolution.failure };
  const tools: ToolUse[] = [];
  for (const name of decl.tools) {
    const use = services.host.tool(name);
    if ('kind' in use) return { failure: use };
    tools.push(use);
  }
  const { argv, env, inputs } = resolution.value;
  const action: ResolvedAction = {
    argv,
    env,
    inputs,
    outputs: decl.outputs,
    ...(decl.timeoutMs === undefined ? {} : { timeoutMs: decl.timeoutMs }),
    network: decl.network,
    doNotCache: decl.local !== undefined || (decl.network && !allPinned(decl)),
    platform: { ...services.host.platform, ...decl.platform },
    base: services.host.base,
    tools: tools.map((tool) => tool.identity),
  };
  return {
    key: actionKey(action),
    action,
    resolved: resolution.value,
    tools: tools.map((tool) => tool.staged),
  };
}

const allPinned = (decl: ActionDecl): boolean =>
  decl.outputs.length > 0 && decl.outputs.every((o) => decl.pinned?.[o.path] !== undefined);
