import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as pause } from 'node:timers/promises';
import type { ExecuteMetadata } from '../../protocol/execution.ts';
import type { Chunks } from '../transport.ts';

export interface LiveLogOptions {
  /** Made when there is something to put into it. */
  readonly folder: string;
  /** A stream of the executor from an offset on; it may grow until nobody wants it any more. */
  readonly read: (name: string, offset: number, signal: AbortSignal) => Chunks;
  /** Told each time that a line is complete, of several the last. */
  readonly said: ((line: string) => void) | undefined;
}

/** As files, until released. */
export interface Printed {
  readonly stdout?: string;
  readonly stderr?: string;
  release(): void;
}

const STREAMS = ['stdout', 'stderr'] as const;
type StreamName = (typeof STREAMS)[number];

/** More of a stream is not followed: what the action leaves in the end has all of it. */
const MOST_BYTES = 16 * 1024 * 1024;
const LONGEST_LINE = 400;
/** A stream that breaks, or is not there yet, is asked for again so often. */
const AGAIN = 5;
const PAUSE_MS = 200;

/**
 * What an action prints on a worker, as far as the executor tells it meanwhile. It is for people only, and for where no result
 * comes: what a result names is what was printed. So nothing that goes wrong here matters.
 */
export class LiveLog {
  readonly #options: LiveLogOptions;
  readonly #followed = new Map<StreamName, { readonly name: string; readonly stop: AbortController }>();
  readonly #files = new Map<StreamName, string>();

  constructor(options: LiveLogOptions) {
    this.#options = options;
  }

  /** Where it can be heard, as the executor says again and again. */
  hear({ stdoutStream, stderrStream }: ExecuteMetadata): void {
    this.#begin('stdout', stdoutStream);
    this.#begin('stderr', stderrStream);
  }

  /** Nothing more comes; or the action is run again, and then its streams are others, whatever their names. */
  stop(): void {
    for (const { stop } of this.#followed.values()) stop.abort();
    this.#followed.clear();
  }

  get printed(): Printed {
    const [stdout, stderr] = STREAMS.map((stream) => this.#files.get(stream));
    return {
      ...(stdout === undefined ? {} : { stdout }),
      ...(stderr === undefined ? {} : { stderr }),
      release: () => rmSync(this.#options.folder, { recursive: true, force: true }),
    };
  }

  #begin(stream: StreamName, name: string): void {
    const known = this.#followed.get(stream);
    if (name === '' || known?.name === name) return;
    known?.stop.abort();
    const stop = new AbortController();
    this.#followed.set(stream, { name, stop });
    this.#follow(stream, name, stop.signal).catch(() => {});
  }

  async #follow(stream: StreamName, name: string, signal: AbortSignal): Promise<void> {
    const tell = lastLines(this.#options.said);
    let at = 0;
    for (let again = 0; again < AGAIN; again++) {
      try {
        for await (const data of this.#options.read(name, at, signal)) {
          if (signal.aborted || at >= MOST_BYTES) return;
          const taken = data.subarray(0, MOST_BYTES - at);
          this.#keep(stream, taken, at === 0);
          at += taken.length;
          tell(taken);
        }
        return;
      } catch {
        // It is asked for again, from where it broke.
      }
      await pause(PAUSE_MS * 2 ** again, undefined, { signal, ref: false });
    }
  }

  /** What an earlier attempt printed stands until a later one prints something. */
  #keep(stream: StreamName, data: Uint8Array, isFirst: boolean): void {
    const path = `${this.#options.folder}/${stream}`;
    mkdirSync(this.#options.folder, { recursive: true, mode: 0o700 });
    if (isFirst) writeFileSync(path, data);
    else appendFileSync(path, data);
    this.#files.set(stream, path);
  }
}

function lastLines(said: LiveLogOptions['said']): (data: Uint8Array) => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return (data) => {
    const lines = (rest + decoder.write(Buffer.from(data))).split(/[\r\n]+/);
    rest = (lines.pop() ?? '').slice(0, LONGEST_LINE);
    const last = lines.findLast((line) => line.trim() !== '');
    if (last !== undefined) said?.(last.slice(0, LONGEST_LINE));
  };
}
