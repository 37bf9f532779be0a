import type { AutomationConfig } from '../automation/automation-shape.ts';
import type { GateVerdict } from '../model/policy-verdict.ts';
import { isWithin } from './run-window.ts';

type Policy = NonNullable<AutomationConfig['policy']>;

/** The `[policy]` of a loop; one that says nothing is local all the same. */
export interface LoopPolicy {
  /** Its package: `//samples/first-light`. */
  readonly loop: string;
  readonly policy: Policy;
}

/** Every gate that is configured, evaluated as if it counted. The answers depend on the files alone: they are in manifests. */
export const evaluateGates = (loops: readonly LoopPolicy[]): readonly GateVerdict[] =>
  loops.flatMap(({ loop, policy }) => gatesOf(policy).map((verdict) => ({ loop, ...verdict })));

/** The gates that a clock decides: for the stamp. */
export const evaluateTimedGates = (
  loops: readonly LoopPolicy[],
  startedAt: number,
  endedAt: number,
): readonly GateVerdict[] =>
  loops.flatMap(({ loop, policy }) =>
    timedGatesOf(policy, startedAt, endedAt).map((verdict) => ({ loop, ...verdict })),
  );

type Verdict = Omit<GateVerdict, 'loop'>;

function gatesOf(policy: Policy): readonly Verdict[] {
  return [
    { gate: 'execution_mode', verdict: 'pass', reason: 'local: everything runs on this machine' },
    ...gate('requires_approval', policy.requires_approval, (required) =>
      required
        ? ['would_block', 'nobody has approved it: local mode has nobody to ask']
        : ['pass', 'no approval is asked for'],
    ),
    ...gate('max_cost_usd', policy.max_cost_usd, (limit) => [
      'pass',
      `a local run costs nothing, ${limit} may be spent`,
    ]),
    ...gate('max_runtime_minutes', policy.max_runtime_minutes, (limit) => [
      'depends_on_time',
      `the run may take ${limit} minutes; what it took is in its stamp`,
    ]),
    ...gate('redaction_profile', policy.redaction_profile, (profile) => [
      'pass',
      `nothing leaves this machine, so that the profile "${profile}" has nothing to do`,
    ]),
    ...gate('allowed_models', policy.allowed_models, (models) => [
      'pass',
      `no stage asks a model; ${models.length === 0 ? 'none is allowed' : `${models.join(', ')} may be asked`}`,
    ]),
    ...gate('run_windows', policy.run_windows, () => [
      'depends_on_time',
      'when the run started is in its stamp',
    ]),
  ];
}

function timedGatesOf(policy: Policy, startedAt: number, endedAt: number): readonly Verdict[] {
  return [
    ...gate('max_runtime_minutes', policy.max_runtime_minutes, (limit) => {
      const minutes = Math.round((endedAt - startedAt) / 600) / 100;
      return [
        endedAt - startedAt <= limit * 60_000 ? 'pass' : 'would_block',
        `the run took ${minutes} of ${limit} minutes`,
      ];
    }),
    ...gate('run_windows', policy.run_windows, (windows) => {
      const open = windows.some((window) => isWithin(window, new Date(startedAt)));
      return [
        open ? 'pass' : 'would_block',
        open ? 'the run started in a window' : 'the run started outside of every window',
      ];
    }),
  ];
}

function gate<T>(
  name: string,
  value: T | undefined,
  verdict: (value: T) => readonly [Verdict['verdict'], string],
): Verdict[] {
  if (value === undefined) return [];
  const [answer, reason] = verdict(value);
  return [{ gate: name, verdict: answer, reason }];
}
