import type { ResolvedTarget } from '../model/target.ts';
import type { ExpandDiagnostic, PackageDiagnostic } from './expander.ts';
import { type PackageUse, PHASE, type WorkerReply } from './worker-protocol.ts';

/** Why a worker said nothing. */
export type NoReply = { readonly kind: 'timeout' } | { readonly kind: 'died'; readonly message: string };

const seconds = (ms: number): string => `${ms / 1000} s`;

/** What `where` says it was at. */
export function stuckLoading(
  use: readonly PackageUse[],
  where: Int32Array,
  reply: NoReply | WorkerReply,
  timeoutMs: number,
): PackageDiagnostic {
  const index = where[0] === PHASE.loading ? (where[1] ?? 0) : 0;
  const { spec, at } = use[index] ?? { spec: 'recomp', at: [] };
  if (reply.kind === 'timeout') {
    return {
      spec,
      at,
      code: 'rule-package-timeout',
      message: `${spec} was not loaded within ${seconds(timeoutMs)}`,
      help: 'does it loop for ever?',
    };
  }
  const why = 'message' in reply ? `: ${reply.message}` : '';
  return { spec, at, code: 'rule-package-fault', message: `${spec} ended the thread that loads rules${why}` };
}

export function stuckExpanding(
  targets: readonly ResolvedTarget[],
  where: Int32Array,
  reply: NoReply | WorkerReply,
  timeoutMs: number,
): ExpandDiagnostic {
  const target = targets[where[1] ?? 0];
  if (target === undefined) throw new Error('the expander’s thread ended without anything to do');
  const what = `the rule ${target.rule}`;
  const message =
    reply.kind === 'timeout'
      ? `${what} did not finish with ${target.label} within ${seconds(timeoutMs)}`
      : `${what} ended the thread that expands ${target.label}${'message' in reply ? `: ${reply.message}` : ''}`;
  return {
    label: target.label,
    code: 'rule-fault',
    message,
    help: 'this is a fault of the rule, not of the target',
  };
}
