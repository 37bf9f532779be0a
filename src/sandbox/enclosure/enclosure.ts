import type { View } from './view.ts';

/** A way to start a process in a namespace of its own, with nothing but a view in it. */
export interface Enclosure {
  readonly kind: 'bubblewrap' | 'unshare';
  /**
   * Words that build a root from a view and start what follows in it, as an ordinary user of that namespace. It dies with
   * the process that started it.
   */
  outer(view: View): string[];
  /**
   * Words that, inside such a root, start what follows with process, IPC and mount namespaces of its own, as its first
   * process: when that ends, the kernel ends everything else in there before anyone hears of it. Absent where
   * util-linux is too old: then each action gets an outer of its own.
   */
  readonly inner: readonly string[] | undefined;
}

/**
 * The namespaces that hold what an action could leave behind (processes, shared memory, mounts, keys) are made per action;
 * network, host name and the root may outlive it, as nothing can be left in them. A fresh /proc shows only the action's
 * own processes. uid 1000 without capabilities, whoever runs the engine.
 */
export const INNER: readonly string[] = [
  '/usr/bin/unshare',
  '--map-user=1000',
  '--map-group=1000',
  '-U',
  '-m',
  '-p',
  '-i',
  '-f',
  '--kill-child',
  '--mount-proc',
  '--',
];

export const HOST_NAME = 'recomp';
