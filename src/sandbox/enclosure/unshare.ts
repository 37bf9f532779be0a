import { readFileSync, writeFileSync } from 'node:fs';
import { shellJoin, shellQuote } from '../runner/shell-words.ts';
import { parentOf } from '../staging/safe-path.ts';
import { type Enclosure, HOST_NAME, INNER } from './enclosure.ts';
import { type View, type ViewEntry, viewEntries } from './view.ts';

/** The same view as bubblewrap's by util-linux alone: namespaces, a script that mounts, pivot_root. */
export function unshareEnclosure(unshare: string): Enclosure {
  return {
    kind: 'unshare',
    inner: INNER,
    outer: (view) => [
      unshare,
      '--user',
      '--map-root-user',
      '--mount',
      '--pid',
      '--ipc',
      '--uts',
      '--cgroup',
      '--fork',
      '--kill-child',
      ...(view.network ? [] : ['--net']),
      '/bin/sh',
      '-c',
      script(view),
      'sh',
    ],
  };
}

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];

/** All mounts are made by one mount(8), from a table: a process each would cost more than the namespaces. */
function script(view: View): string {
  const root = `${view.slot.path}/root`;
  const entries: ViewEntry[] = [...viewEntries(view), ...deviceEntries(view)];
  const [folders, files] = [new Set<string>([`${root}/dev/pts`, `${root}/proc`]), new Set<string>()];
  for (const entry of entries) {
    const inWork = entry.at.startsWith('/recomp/work/');
    if (!inWork)
      folders.add(
        root + (entry.kind === 'bind' && entry.folder ? entry.at : `/${parentOf(entry.at.slice(1))}`),
      );
    if (entry.kind === 'bind' && !entry.folder && !inWork) files.add(root + entry.at);
  }
  const links = entries.flatMap((e) =>
    e.kind === 'link' ? [`ln -s ${shellJoin([e.to, root + e.at])}`] : [],
  );
  const fstab = `${view.slot.path}/fstab`;
  writeFileSync(fstab, table(root, entries));
  const steps = [
    'umask 022; PATH=/usr/sbin:/usr/bin:/sbin:/bin; export PATH; unset TMPDIR LANG',
    `mkdir -p ${shellQuote(root)} && mount -t tmpfs -o mode=755,nosuid,nodev recomp ${shellQuote(root)}`,
    `mkdir -p ${shellJoin([...folders])}`,
    ...(files.size > 0 ? [`: ${[...files].map((f) => `>${shellQuote(f)}`).join(' ')}`] : []),
    ...links,
    `mount -a -T ${shellQuote(fstab)}`,
    `hostname ${HOST_NAME}`,
    `cd ${shellQuote(root)} && pivot_root . . && umount -l . && mount -o remount,bind,ro,nosuid,nodev /`,
  ];
  return [
    `( ${steps.join(' &&\n')} ) </dev/null || { echo "${BUILD_FAILED}" >&2; exit ${BUILD_FAILED_STATUS}; }`,
    'cd /recomp/work; unset OLDPWD',
    'if [ -x /usr/bin/setpriv ]; then exec /usr/bin/setpriv --no-new-privs -- "$@"; else exec "$@"; fi',
  ].join('\n');
}

export const BUILD_FAILED = 'recomp: the sandbox could not be built';
export const BUILD_FAILED_STATUS = 125;

const deviceEntries = (view: View): ViewEntry[] => [
  ...DEVICES.map(
    (d): ViewEntry => ({ kind: 'bind', from: `/dev/${d}`, at: `/dev/${d}`, writable: true, folder: false }),
  ),
  { kind: 'bind', from: view.slot.tmp, at: '/dev/shm', writable: true, folder: true },
  { kind: 'link', at: '/dev/fd', to: '/proc/self/fd' },
  { kind: 'link', at: '/dev/stdin', to: '/proc/self/fd/0' },
  { kind: 'link', at: '/dev/stdout', to: '/proc/self/fd/1' },
  { kind: 'link', at: '/dev/stderr', to: '/proc/self/fd/2' },
  { kind: 'link', at: '/dev/ptmx', to: 'pts/ptmx' },
];

function table(root: string, entries: readonly ViewEntry[]): string {
  const host = hostMounts();
  const lines = [
    `/proc ${field(`${root}/proc`)} none rbind 0 0`,
    `devpts ${field(`${root}/dev/pts`)} devpts newinstance,ptmxmode=0666,mode=620 0 0`,
  ];
  for (const entry of entries) {
    if (entry.kind !== 'bind') continue;
    const flags = entry.at.startsWith('/dev/') && !entry.folder ? [] : ['nosuid', 'nodev'];
    const kept = flagsAt(host, entry.from).filter((f) => !flags.includes(f));
    const options = ['rbind', ...(entry.writable ? [] : ['ro', ...flags, ...kept])];
    lines.push(`${field(entry.from)} ${field(root + entry.at)} none ${options.join(',')} 0 0`);
    if (!entry.writable && entry.folder) lines.push(...submounts(host, root, entry));
  }
  return `${lines.join('\n')}\n`;
}

/** A read-only bind does not reach the file systems mounted further down; each is made read-only for itself. */
const submounts = (host: readonly HostMount[], root: string, entry: { from: string; at: string }): string[] =>
  host
    .filter((m) => m.at.startsWith(`${entry.from}/`))
    .map((m) => {
      const options = ['remount', 'bind', 'ro', ...new Set(['nosuid', 'nodev', ...m.flags])];
      return `none ${field(root + entry.at + m.at.slice(entry.from.length))} none ${options.join(',')} 0 0`;
    });

interface HostMount {
  readonly at: string;
  /** Those that a less privileged namespace may not take away, and so must repeat. */
  readonly flags: readonly string[];
}

const LOCKED = new Set(['nosuid', 'nodev', 'noexec', 'noatime', 'nodiratime', 'relatime']);

function hostMounts(): HostMount[] {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, at, , options] = line.split(' ');
      if (at === undefined || options === undefined) return [];
      return [{ at: unescapeField(at), flags: options.split(',').filter((o) => LOCKED.has(o)) }];
    });
}

function flagsAt(host: readonly HostMount[], path: string): readonly string[] {
  let best: HostMount | undefined;
  for (const mount of host) {
    const covers = mount.at === '/' || path === mount.at || path.startsWith(`${mount.at}/`);
    if (covers && mount.at.length >= (best?.at.length ?? 0)) best = mount;
  }
  return best?.flags ?? [];
}

/** The escapes of fstab(5) and of /proc/self/mounts. */
const field = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that end a field.
  text.replace(/[\u0000-\u0020\\#"]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`);

const unescapeField = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
