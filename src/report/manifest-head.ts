import type { Label } from '../model/label.ts';
import type { GateVerdict } from '../model/policy-verdict.ts';

export const MANIFEST_SCHEMA_VERSION = 1;

export interface ManifestHead {
  readonly runId: string;
  readonly hostFingerprint: string;
  /** In the order in which it is to be shown. */
  readonly host: Readonly<Record<string, string | object | null>>;
  /** What the gates of `[policy]` said. None of them is enforced here. */
  readonly policy: readonly GateVerdict[];
  readonly notes: readonly TargetNote[];
}

/** What its rule found worth saying of how a target is made. */
export interface TargetNote {
  readonly target: Label;
  readonly note: string;
}

/** The manifest is two texts: this head changes with each run, the body only with what was built. */
export function manifestHead({ runId, hostFingerprint, host, policy, notes }: ManifestHead): string {
  const fields = {
    schema_version: MANIFEST_SCHEMA_VERSION,
    run_id: runId,
    execution_mode: 'local',
    host_fingerprint: hostFingerprint,
    host,
    ...(policy.length > 0 && { policy: { enforced: false, gates: policy } }),
    ...(notes.length > 0 && { notes }),
  };
  return `${JSON.stringify(fields).slice(0, -1)},\n`;
}
