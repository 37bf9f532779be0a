import { EXEC_ROOT } from '../../model/action-environment.ts';
import { type Enclosure, HOST_NAME, INNER } from './enclosure.ts';
import { type View, viewEntries } from './view.ts';

export function bubblewrap(bwrap: string, hasInner: boolean): Enclosure {
  return {
    kind: 'bubblewrap',
    inner: hasInner ? INNER : undefined,
    outer: (view) => [
      bwrap,
      ...FIXED,
      ...(view.network ? [] : ['--unshare-net']),
      ...proc(hasInner),
      ...mounts(view),
    ],
  };
}

const FIXED = [
  '--unshare-user',
  '--unshare-ipc',
  '--unshare-pid',
  '--unshare-uts',
  '--unshare-cgroup-try',
  '--uid',
  '1000',
  '--gid',
  '1000',
  '--cap-drop',
  'ALL',
  '--hostname',
  HOST_NAME,
  '--die-with-parent',
  '--new-session',
];

/**
 * With an inner namespace /proc is mounted there, which the kernel allows only where a whole one is already visible:
 * the host's, in the outer root, where only our own shell lives. Without it the action is process 1 here, so that
 * bubblewrap returns only when everything in the namespace is gone.
 */
const proc = (hasInner: boolean): string[] =>
  hasInner ? ['--bind', '/proc', '/proc'] : ['--proc', '/proc', '--as-pid-1'];

function mounts(view: View): string[] {
  const words = ['--dev', '/dev', '--bind', view.slot.tmp, '/dev/shm'];
  for (const entry of viewEntries(view)) {
    if (entry.kind === 'link') words.push('--symlink', entry.to, entry.at);
    else words.push(entry.writable ? '--bind' : '--ro-bind', entry.from, entry.at);
  }
  words.push('--remount-ro', '/dev', '--remount-ro', '/', '--chdir', EXEC_ROOT);
  return words;
}
