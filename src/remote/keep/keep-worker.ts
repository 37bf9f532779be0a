import { parentPort, workerData } from 'node:worker_threads';
import { LocalActionCache } from '../../store/local-action-cache.ts';
import { LocalBlobStore } from '../../store/local-blob-store.ts';
import type { Kept, KeptReply } from './keeper-messages.ts';

/** A thread that fills the local cache with what came from a remote. */
const directory = String(workerData);
let damaged: string[] = [];
const onDamage = ({ path }: { readonly path: string }): void => void damaged.push(path);
const blobs = new LocalBlobStore({ directory, onDamage });
const results = new LocalActionCache({ directory, blobs, onDamage });

async function keep(lot: readonly Kept[]): Promise<KeptReply> {
  damaged = [];
  try {
    for (const kept of lot) {
      if (kept.kind === 'blob') await blobs.put(kept.bytes);
      else await results.put(kept.key, kept.result);
    }
    return { count: lot.length, damaged };
  } catch (error) {
    return { count: lot.length, damaged, fault: error instanceof Error ? error.message : String(error) };
  }
}

let last = Promise.resolve();
parentPort?.on('message', (lot: readonly Kept[]) => {
  last = last.then(async () => parentPort?.postMessage(await keep(lot)));
});
