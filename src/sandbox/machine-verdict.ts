import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';

/** What this machine can do, as it turned out when tried. */
export interface Verdict {
  readonly kind: 'bubblewrap' | 'unshare' | 'staged';
  readonly inner: boolean;
  readonly place: string;
  /** Why better kinds did not work. */
  readonly reasons: readonly string[];
}

/** Whatever could change the answer: the programs, the kernel's start, who asks. */
export function machineSignature(): string {
  const programs = ['bwrap', 'unshare', 'mount', 'setpriv', 'sh'].map((name) =>
    signatureOf(`/usr/bin/${name}`),
  );
  const settings = ['apparmor_restrict_unprivileged_userns', 'unprivileged_userns_clone'].map((name) =>
    readOr(`/proc/sys/kernel/${name}`),
  );
  const limit = readOr('/proc/sys/user/max_user_namespaces');
  return JSON.stringify([
    1,
    programs,
    settings,
    limit,
    readOr('/proc/sys/kernel/random/boot_id'),
    process.getuid?.() ?? 0,
  ]);
}

function signatureOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.ino}:${stat.size}:${stat.mtimeMs}:${stat.ctimeMs}` : 'absent';
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

export const verdictFile = (stateDir: string): string => `${stateDir}/sandbox.json`;

export function readVerdict(stateDir: string, signature: string): Verdict | undefined {
  try {
    const data: unknown = JSON.parse(readFileSync(verdictFile(stateDir), 'utf8'));
    return isCache(data) && data.signature === signature ? data.verdict : undefined;
  } catch {
    return undefined;
  }
}

export function writeVerdict(stateDir: string, signature: string, verdict: Verdict): void {
  const temporary = `${verdictFile(stateDir)}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify({ signature, verdict }));
  renameSync(temporary, verdictFile(stateDir));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isCache = (data: unknown): data is { signature: string; verdict: Verdict } =>
  isRecord(data) && typeof data['signature'] === 'string' && isVerdict(data['verdict']);

const isVerdict = (v: unknown): v is Verdict =>
  isRecord(v) &&
  (v['kind'] === 'bubblewrap' || v['kind'] === 'unshare' || v['kind'] === 'staged') &&
  typeof v['inner'] === 'boolean' &&
  typeof v['place'] === 'string' &&
  Array.isArray(v['reasons']) &&
  v['reasons'].every((r) => typeof r === 'string');
