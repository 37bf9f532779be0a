import { existsSync, readFileSync } from 'node:fs';
import { type Enclosure, HOST_NAME } from './enclosure/enclosure.ts';
import { ownName } from './place.ts';
import { SlotExecutor } from './slot-executor.ts';

/** Runs a tiny action; undefined: it worked and saw what it had to see and nothing else. */
export async function probe(enclosure: Enclosure | undefined, place: string): Promise<string | undefined> {
  const executor = new SlotExecutor({ enclosure, folder: `${place}/${ownName()}` });
  try {
    const outcome = await executor.run(
      {
        id: 'probe',
        argv: ['/bin/sh', '-c', enclosure ? ENCLOSED : STAGED],
        env: { HOST: place },
        inputs: [{ kind: 'bytes', at: 'probe/run', bytes: Buffer.from(SCRIPT), executable: true }],
        outputs: [{ path: 'recomp-out/probe/out', tree: false }],
        tools: [],
        network: false,
        timeoutMs: 20_000,
        keepOnFailure: false,
      },
      new AbortController().signal,
    );
    const { end } = outcome;
    if (end.kind === 'sandbox-failed') return firstLine(end.message);
    if (end.kind !== 'exited') return `the trial run was ${end.kind}`;
    const said = outcome.stderr === undefined ? '' : firstLine(readFileSync(outcome.stderr, 'utf8'));
    if (end.code !== 0)
      return `the trial run failed with exit code ${end.code}${said === '' ? '' : `: ${said}`}`;
    return existsSync(`${outcome.outputRoot}/recomp-out/probe/out`)
      ? undefined
      : 'the trial run left no output';
  } finally {
    await executor.close();
  }
}

const SCRIPT = '#!/bin/sh\necho ok\n';
const STAGED = './probe/run >recomp-out/probe/out';
/** Inputs can be run but not written, outputs can be written, the host's folders and processes are not there. */
const ENCLOSED =
  `${STAGED} || exit 10; if (: >probe/new) 2>/dev/null; then exit 11; fi; [ ! -e "$HOST" ] || exit 12; ` +
  `[ "$(uname -n)" = ${HOST_NAME} ] || exit 13; [ "$$" -le 9 ] || exit 14; [ -e /proc/self/stat ] || exit 15`;

const firstLine = (text: string): string =>
  text
    .split('\n')
    .find((line) => line.trim() !== '')
    ?.trim() ?? '';
