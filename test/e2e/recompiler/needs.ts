import { spawnSync } from 'node:child_process';

/** Why a test cannot run on this machine, or nothing. Used as the skip reason, so that it is read. */
export function missing(...commands: readonly string[]): string | undefined {
  const absent = commands.filter((command) => spawnSync(command, ['--version']).status !== 0);
  return absent.length === 0
    ? undefined
    : `needs ${absent.join(', ')} (Debian: gcc-aarch64-linux-gnu, qemu-user-static, gcc)`;
}

export const missingUnicorn = (): string | undefined =>
  spawnSync('/usr/bin/python3', ['-c', 'import unicorn']).status === 0 ? undefined : 'needs python3-unicorn';

/** The test's name says why it is skipped. */
export const titled = (name: string, reason: string | undefined): string =>
  reason ? `${name} (skipped: ${reason})` : name;
