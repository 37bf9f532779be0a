import { readFileSync } from 'node:fs';

/** What people want, and what distributions call it. */
export interface PackageNames {
  readonly apt: string;
  readonly dnf: string;
  readonly pacman: string;
  readonly apk: string;
}

const COMMANDS = {
  apt: 'apt install',
  dnf: 'dnf install',
  pacman: 'pacman -S',
  apk: 'apk add',
} as const;

const FAMILIES: Readonly<Record<string, keyof PackageNames>> = {
  debian: 'apt',
  ubuntu: 'apt',
  fedora: 'dnf',
  rhel: 'dnf',
  centos: 'dnf',
  arch: 'pacman',
  alpine: 'apk',
};

/** The command for this system; where it is not known, for the common ones. */
export function installAdvice(names: PackageNames, osRelease = readOsRelease()): string {
  const family = familyOf(osRelease);
  if (family !== undefined) return `${COMMANDS[family]} ${names[family]}`;
  return `Debian, Ubuntu: ${COMMANDS.apt} ${names.apt}; Fedora: ${COMMANDS.dnf} ${names.dnf}; Arch: ${COMMANDS.pacman} ${names.pacman}`;
}

function familyOf(osRelease: string): keyof PackageNames | undefined {
  const value = (key: string): string => new RegExp(`^${key}="?([^"\n]*)"?$`, 'm').exec(osRelease)?.[1] ?? '';
  for (const id of [value('ID'), ...value('ID_LIKE').split(' ')]) {
    const family = Object.hasOwn(FAMILIES, id) ? FAMILIES[id] : undefined;
    if (family !== undefined) return family;
  }
  return undefined;
}

function readOsRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}
