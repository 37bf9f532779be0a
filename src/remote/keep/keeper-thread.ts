import { Worker } from 'node:worker_threads';
import type { Kept, KeptReply } from './keeper-messages.ts';

/** Writes what it is given, lot by lot, and tells of each when it is done. */
export interface Keeper {
  keep(lot: readonly Kept[], done: (reply: KeptReply) => void): void;
  close(): void;
}

/** `url`: the bundled `keep-worker.ts`; `directory`: of the local cache. */
export function keeperThread(url: URL, directory: string): Keeper {
  const waiting: ((reply: KeptReply) => void)[] = [];
  const worker = new Worker(url, { workerData: directory });
  worker.unref();
  worker.on('message', (reply: KeptReply) => waiting.shift()?.(reply));
  const lost = (error: unknown): void => {
    const fault = error instanceof Error ? error.message : 'the thread that writes it has ended';
    for (const tell of waiting.splice(0)) tell({ count: 0, damaged: [], fault });
  };
  worker.on('error', lost);
  worker.on('exit', lost);
  return {
    keep(lot, done) {
      waiting.push(done);
      worker.postMessage(lot);
    },
    close: () => void worker.terminate(),
  };
}
