import type { GateVerdict } from '../model/policy-verdict.ts';

export const MANIFEST_SCHEMA_VERSION = 1;

export interface ManifestHead {
  readonly runId: string;
  readonly hostFingerprint: string;
  /** In the order in which it is to be shown. */
  readonly host: Readonly<Record<string, string | object | null>>;
  /** What the gates of `[policy]` said. None of them is enforced here. */
  readonly policy?: readonly GateVerdict[];
}

/** The manifest is two texts: this head changes with each run, the body only with what was built. */
export function manifestHead({ runId, hostFingerprint, host, policy }: ManifestHead): string {
  const fields = {
    schema_version: MANIFEST_SCHEMA_VERSION,
    run_id: runId,
    execution_mode: 'local',
    host_fingerprint: hostFingerprint,
    host,
    ...(policy && { policy: { enforced: false, gates: policy } }),
  };
  return `${JSON.stringify(fields).slice(0, -1)},\n`;
}
