import type {
  ExecutionEnd,
  ExecutionOutcome,
  ExecutionRequest,
  Executor,
  RemoteForm,
} from '../../ports/executor.ts';
import type { RemoteFault } from '../fault.ts';
import type { RemoteExecutor, RemoteOutcome } from './remote-executor.ts';

/** `auto`: there, and here what cannot be had there. `remote`: there or not at all. `race`: whichever ends first. */
export type RemoteStrategy = 'auto' | 'remote' | 'race';

export interface MixedExecutorOptions {
  readonly local: Executor;
  readonly remote: Pick<RemoteExecutor, 'run'>;
  readonly strategy: RemoteStrategy;
  /** As it may be shown. */
  readonly name: string;
  /** An action that should have run there runs here. */
  readonly onFallback: (why: RemoteFault) => void;
}

/** This machine and a cluster as one. What must not leave runs here, whatever was asked for. */
export function mixedExecutor(options: MixedExecutorOptions): Executor {
  const { local, strategy } = options;
  const beside = (request: ExecutionRequest, form: RemoteForm, signal: AbortSignal) =>
    // Two at once cannot both write in place.
    strategy === 'race' && local.kind !== 'off'
      ? race(request, form, signal, options)
      : remoteFirst(request, form, signal, options);
  return {
    kind: local.kind,
    asksForInputs: true,
    run: (request, signal) =>
      request.remote ? beside(request, request.remote, signal) : local.run(request, signal),
    close: () => local.close(),
  };
}

async function remoteFirst(
  request: ExecutionRequest,
  form: RemoteForm,
  signal: AbortSignal,
  { local, remote, strategy, name, onFallback }: MixedExecutorOptions,
): Promise<ExecutionOutcome> {
  const answer = await remote.run(request, form, signal);
  if (answer.kind === 'outcome') return answer.outcome;
  if (strategy === 'remote') return { ...refused(name, answer.why), ...answer.printed };
  answer.printed?.release();
  onFallback(answer.why);
  return runHere(request, signal, local);
}

/** What a worker takes from the remote cache has to be brought here first. */
function runHere(request: ExecutionRequest, signal: AbortSignal, local: Executor): Promise<ExecutionOutcome> {
  if (!request.bring) return local.run(request, signal);
  return request
    .bring()
    .then((path) =>
      path === undefined ? local.run(request, signal) : notRun({ kind: 'input-missing', path }),
    );
}

/** The first that comes to an end counts; the other is ended before anything is made of it. */
async function race(
  request: ExecutionRequest,
  form: RemoteForm,
  signal: AbortSignal,
  { local, remote, onFallback }: MixedExecutorOptions,
): Promise<ExecutionOutcome> {
  const [here, there] = [new AbortController(), new AbortController()];
  const mine = runHere(request, AbortSignal.any([signal, here.signal]), local);
  const theirs = remote.run(request, form, AbortSignal.any([signal, there.signal]));
  const first = await Promise.race([
    mine.then((outcome) => (isEnd(outcome) ? 'here' : theirs.then(hasEnd, () => 'here'))),
    theirs.then((answer) => (hasEnd(answer) === 'there' ? 'there' : mine.then(() => 'here'))),
  ]);
  (first === 'here' ? there : here).abort();
  const [own, other] = await Promise.all([mine, theirs]);
  if (other.kind === 'not-there') {
    other.printed?.release();
    onFallback(other.why);
  }
  if (first === 'here' || other.kind !== 'outcome') {
    if (other.kind === 'outcome') other.outcome.release();
    return own;
  }
  own.release();
  return other.outcome;
}

/** It ended by itself: not because nobody wanted it any more, or because it could not be run. */
const isEnd = ({ end }: ExecutionOutcome): boolean =>
  end.kind === 'exited' || end.kind === 'signalled' || end.kind === 'timed-out';

const hasEnd = (answer: RemoteOutcome): 'here' | 'there' =>
  answer.kind === 'outcome' && isEnd(answer.outcome) ? 'there' : 'here';

const refused = (name: string, { message }: RemoteFault): ExecutionOutcome =>
  notRun({
    kind: 'not-run',
    message: `the remote executor ${name} did not run it: ${message}`,
    help: 'with --strategy=auto, what cannot run there runs here',
  });

const notRun = (end: ExecutionEnd): ExecutionOutcome => ({
  end,
  outputRoot: '/nonexistent',
  undeclared: [],
  wallMs: 0,
  release: () => {},
});
