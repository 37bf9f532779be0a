import type { WatchEvent } from '../../report/watch-event.ts';
import { watchJson } from '../../report/watch-json.ts';
import { createWatchView } from '../../report/watch-view.ts';
import { BUILD_FLAGS, type BuildArguments, parseBuildArguments } from '../build-arguments.ts';
import { requestKey } from '../fast-path.ts';
import { listenForInterrupts } from '../interrupts.ts';
import { say, useColor } from '../print.ts';
import { explainFault } from '../read-words.ts';
import { requireRoot } from '../require-root.ts';
import { takeOption } from '../take-option.ts';
import { usageFault } from '../usage-fault.ts';
import { compareHook } from '../watch/compare-hook.ts';
import { listenForKeys } from '../watch/keys.ts';
import { chooseWatcher } from '../watch/make-watcher.ts';
import { roundHook } from '../watch/round-hook.ts';
import { startWatchSession } from '../watch/watch-session.ts';

/** `recomp watch PATTERN…`: builds, then again at each change, until it is told to stop. */
export async function watchCommand(argv: readonly string[]): Promise<number> {
  const words = readWatchWords(argv);
  if (typeof words === 'string') return usageFault('watch', words);
  const root = requireRoot();
  if (root === undefined) return 2;
  const { args, onRound, pollMs, compare } = words;
  const title = args.patterns.join(' ');
  const view = args.json
    ? { show: watchJson((line) => process.stdout.write(line)), explain: () => {}, finish: () => {} }
    : createWatchView({
        write: (text) => process.stderr.write(text),
        columns: () => (process.stderr.isTTY ? process.stderr.columns : undefined),
        color: useColor(),
        title,
        clock: () => new Date().toTimeString().slice(0, 8),
      });
  const warn = (message: string): void => view.show({ kind: 'warning', message });
  const hooks = [
    ...(onRound === undefined ? [] : [roundHook('--on-round', onRound, root, warn)]),
    ...(compare === 'never' ? [] : [compareHook(root, compare === 'always', warn)]),
  ];
  let isOver = false;
  const session = startWatchSession({
    args,
    request: requestKey(root, process.cwd(), args.patterns, args.sandbox, process.env),
    makeWatcher: await chooseWatcher(pollMs, warn),
    command: `recomp watch ${title}`,
    onEvent: (event: WatchEvent) => {
      isOver ||= event.kind === 'over';
      view.show(event);
      for (const hook of hooks) hook.show(event);
    },
  });
  const quit = (): void => void session.close();
  const interrupts = listenForInterrupts(() => {
    say('stopping: ending what runs (again to stop at once)');
    quit();
  });
  const restore = listenForKeys({
    rebuild: () => session.rebuild(),
    explain: () => view.explain(),
    quit,
    interrupt: () => process.kill(process.pid, 'SIGINT'),
  });
  try {
    await session.ended;
    await Promise.all(hooks.map((hook) => hook.close()));
    return interrupts.exitCode ?? (isOver ? 4 : 0);
  } finally {
    restore();
    interrupts.dispose();
    view.finish();
  }
}

interface WatchWords {
  readonly args: BuildArguments;
  readonly onRound: string | undefined;
  readonly pollMs: number | undefined;
  /** `loop`: after rounds of a recompilation’s loop. */
  readonly compare: 'always' | 'loop' | 'never';
}

/** What a build takes and a session cannot do. */
const NOT_HERE = [
  'dry-run',
  'force',
  'profile',
  'events',
  'verify-determinism',
  'remote-cache',
  'remote-executor',
  'strategy',
  'remote-download',
] as const;

function readWatchWords(argv: readonly string[]): WatchWords | string {
  const surplus = NOT_HERE.find((name) =>
    argv.some((word) => word === `--${name}` || word.startsWith(`--${name}=`)),
  );
  if (surplus !== undefined) return `--${surplus} is for \`recomp build\``;
  const hook = takeOption(argv, '--on-round');
  if (typeof hook === 'string') return hook;
  const poll = takeOption(hook.rest, '--poll');
  if (typeof poll === 'string') return poll;
  const pollMs = poll.value === undefined ? undefined : parsePoll(poll.value);
  if (pollMs === 'bad') return `--poll takes milliseconds from 20 to 3600000, not "${poll.value}"`;
  const words = poll.rest.filter((word) => word !== '--compare' && word !== '--no-compare');
  const args = parseBuildArguments(words);
  if (typeof args === 'string')
    return explainFault(args, ['--on-round', '--poll', '--compare', '--no-compare', ...BUILD_FLAGS]);
  if (args.patterns.length === 0)
    return 'watch what? `recomp watch //...` builds every target whenever something changes, `recomp watch //a:b` one';
  // What is broken in one place must not hide the rest, and each round says why it ran.
  return {
    args: { ...args, keepGoing: true, explain: true },
    onRound: hook.value,
    pollMs,
    compare: compareWish(poll.rest, args.json),
  };
}

/** For another program nothing is done that it did not ask for. */
function compareWish(words: readonly string[], json: boolean): WatchWords['compare'] {
  if (words.includes('--no-compare')) return 'never';
  return words.includes('--compare') ? 'always' : json ? 'never' : 'loop';
}

function parsePoll(text: string): number | 'bad' {
  const ms = Number(text);
  return /^\d{1,7}$/.test(text) && ms >= 20 && ms <= 3_600_000 ? ms : 'bad';
}
