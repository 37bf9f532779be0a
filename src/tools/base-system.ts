import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { machine } from 'node:os';
import type { Json } from '../base/canonical-json.ts';
import { sorted } from '../base/order.ts';
import { digestOfFile } from './digest-files.ts';
import { type Observed, observe } from './observed.ts';
import { isRecord, type ToolCache } from './tool-cache.ts';

export interface BaseSystem {
  /** In every key: systems that differ here share nothing. */
  readonly identity: Readonly<Record<string, string>>;
  readonly observed: readonly Observed[];
}

/** What every action sees of the machine, by what it is and not by where it lies; `baseId` stands for all of it. */
export function baseSystem(cache: ToolCache, baseId?: string): BaseSystem {
  if (baseId !== undefined) return { identity: { base_id: baseId }, observed: [] };
  const known = cache.get(KEY);
  if (known && isIdentity(known.value)) return { identity: known.value, observed: known.observed };
  const fresh = identify();
  cache.put(KEY, { observed: fresh.observed, value: fresh.identity });
  return fresh;
}

const KEY = 'base-system 1';

/** Representatives: programs of one package change together. */
const COREUTILS = ['cat', 'cp', 'ls', 'mkdir', 'rm', 'sort'];

function identify(): BaseSystem {
  const libc = libcFiles();
  const core = COREUTILS.map((name) => `/usr/bin/${name}`);
  const files = ['/etc/os-release', '/bin/sh', ...libc, ...core];
  const observed = [...files, ...LIBRARY_FOLDERS].map(observe);
  const identity = {
    arch: machine(),
    os: osRelease(),
    libc: digestOfFiles(libc),
    sh: digestOfFiles(['/bin/sh']),
    coreutils: digestOfFiles(core),
  };
  return { identity, observed };
}

const LIBRARY_FOLDERS = ['/lib', '/lib64'];

function libcFiles(): string[] {
  const folders = [
    '/lib',
    '/lib64',
    ...entries('/lib')
      .filter((n) => n.includes('-linux-'))
      .map((n) => `/lib/${n}`),
  ];
  const found = folders.flatMap((folder) =>
    entries(folder)
      .filter((n) => n === 'libc.so.6' || n.startsWith('ld-musl-'))
      .map((n) => `${folder}/${n}`),
  );
  return sorted(new Set(found));
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Each content once: the same library may be found by two names. */
function digestOfFiles(paths: readonly string[]): string {
  const digests = paths.flatMap((path) => {
    try {
      return [digestOfFile(realpathSync(path)).sha256];
    } catch {
      return [];
    }
  });
  return createHash('sha256')
    .update(sorted(new Set(digests)).join('\n'))
    .digest('hex');
}

function osRelease(): string {
  try {
    const text = readFileSync('/etc/os-release', 'utf8');
    const field = (name: string): string => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
    return `${field('ID')} ${field('VERSION_ID')}`.trim();
  } catch {
    return process.platform;
  }
}

const isIdentity = (value: Json): value is Record<string, string> =>
  isRecord(value) && Object.values(value).every((v) => typeof v === 'string');
