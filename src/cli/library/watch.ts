import { chooseWatcher } from '../watch/make-watcher.ts';
import { startWatchSession } from '../watch/watch-session.ts';
import { asked, type BuildOptions } from './build-options.ts';

export interface WatchOptions extends BuildOptions {
  /** Look at files every so many milliseconds, for file systems that report no changes. */
  readonly pollMs?: number;
}

/** A session that watches. */
export interface Watching {
  /** Looks at everything, and builds what is not as it should be. */
  rebuild(): void;
  /** Ends what runs, and then the session; nothing of it is left. */
  close(): Promise<void>;
  /** Resolves when it has ended: was the last round good? */
  readonly ended: Promise<{ readonly good: boolean }>;
}

/** Builds, then builds again whatever changes, as `recomp watch` does, until it is closed or its signal aborts. */
export async function watch(options: WatchOptions): Promise<Watching> {
  const { args, request } = asked(options);
  const onEvent = options.onEvent ?? (() => {});
  const makeWatcher = await chooseWatcher(options.pollMs, (message) => onEvent({ kind: 'warning', message }));
  const command = `watching of ${args.patterns.join(' ')} by a program`;
  const session = startWatchSession({ args, request, makeWatcher, command, onEvent });
  const stop = (): void => void session.close();
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted) stop();
  const ended = session.ended.finally(() => options.signal?.removeEventListener('abort', stop));
  // Who closes it hears of a failure; who only waits for `ended` does as well.
  ended.catch(() => {});
  return { rebuild: () => session.rebuild(), close: () => session.close(), ended };
}
