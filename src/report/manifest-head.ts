export const MANIFEST_SCHEMA_VERSION = 1;

export interface ManifestHead {
  readonly runId: string;
  readonly hostFingerprint: string;
  /** In the order in which it is to be shown. */
  readonly host: Readonly<Record<string, string | null>>;
}

/** The manifest is two texts: this head changes with each run, the body only with what was built. */
export function manifestHead({ runId, hostFingerprint, host }: ManifestHead): string {
  const fields = {
    schema_version: MANIFEST_SCHEMA_VERSION,
    run_id: runId,
    execution_mode: 'local',
    host_fingerprint: hostFingerprint,
    host,
  };
  return `${JSON.stringify(fields).slice(0, -1)},\n`;
}
