import type { Diagnostic } from '../../base/diagnostic.ts';
import type { ActionRecord, Totals } from '../../model/record.ts';
import type { MakeWatcher } from '../../ports/folder-watcher.ts';
import type { WatchEvent } from '../../report/watch-event.ts';
import { startWatchSession } from '../watch/watch-session.ts';
import { asked, type BuildOptions } from './build-options.ts';

/** How a build ended. */
export type BuildResult =
  | {
      readonly state: 'succeeded' | 'failed' | 'cancelled';
      readonly runId: string;
      /** Where its record is. */
      readonly runFolder: string;
      readonly totals: Totals;
      /** Every action that was looked at; the others are as the last build left them. */
      readonly actions: readonly ActionRecord[];
    }
  /** Nothing was built. `exitCode`: as the command would end. */
  | { readonly state: 'broken'; readonly exitCode: number; readonly diagnostics: readonly Diagnostic[] }
  /** The machine refused something: a full disk, a folder without permission. */
  | { readonly state: 'trouble'; readonly message: string };

/** Builds once, as `recomp build` does. What fails is in the result; only what nobody expects is thrown. */
export async function build(options: BuildOptions): Promise<BuildResult> {
  const { args, request } = asked(options);
  let result: BuildResult | undefined;
  const session = startWatchSession({
    args,
    request,
    makeWatcher: seesNothing,
    once: true,
    command: `build of ${args.patterns.join(' ')} by a program`,
    onEvent: (event) => {
      result ??= resultOf(event, request.stateDir);
      options.onEvent?.(event);
      if (event.kind === 'resting') void session.close();
    },
  });
  const stop = (): void => void session.close();
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted) stop();
  try {
    await session.ended;
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
  return result ?? { state: 'trouble', message: 'it was ended before it began' };
}

function resultOf(event: WatchEvent, stateDir: string): BuildResult | undefined {
  switch (event.kind) {
    case 'round-ended': {
      const { state, runId, totals, records } = event;
      return { state, runId, runFolder: `${stateDir}/runs/${runId}`, totals, actions: records };
    }
    case 'broken':
      return { state: 'broken', exitCode: event.exitCode, diagnostics: event.diagnostics };
    case 'over':
    case 'trouble':
      return { state: 'trouble', message: event.message };
    default:
      return undefined;
  }
}

/** One build is no reason to watch anything. */
const seesNothing: MakeWatcher = () => ({
  follow: async () => [],
  release: () => {},
  close: async () => {},
});
