import type { Digest } from '../../model/digest.ts';
import { mayCompress, type RemoteAddress } from '../address.ts';
import type { Credentials } from '../credentials.ts';
import { isPassing, isRemoteFault, RemoteFault } from '../fault.ts';
import { type AdoptingStore, blobFetcher } from '../fetch-blobs.ts';
import { Channel } from '../grpc/channel.ts';
import { GrpcTransport } from '../grpc/grpc-transport.ts';
import { breaking, CAREFUL, PATIENT, retrying } from '../guard.ts';
import { LayeredBlobStore } from '../layered-blob-store.ts';
import { RemoteBlobStore } from '../remote-blob-store.ts';
import type { Patience } from '../transport.ts';
import { verifying } from '../verify.ts';
import { ExecutionCalls } from './execution-calls.ts';
import { InputUploads } from './input-uploads.ts';
import { QueuePatience } from './queue-patience.ts';
import { RemoteExecutor } from './remote-executor.ts';

export interface OpenOptions {
  readonly address: RemoteAddress;
  /** Where blobs go if the executor has none: a cache that both can reach. */
  readonly blobsAt: RemoteAddress | undefined;
  readonly credentials: Credentials;
  readonly invocation: string;
  readonly local: AdoptingStore;
  /** Whether results that it has kept are believed, or only what it runs for us. */
  readonly believesCache: boolean;
  readonly compression: 'auto' | 'always' | 'off';
  /** How long its queue may stand still. */
  readonly queueWaitMs: number;
  /** What it does not run is run nowhere. */
  readonly isOnlyOne: boolean;
  readonly folder: string;
  readonly onBytes: (count: number) => void;
}

/** It does more than a cache does for an answer, and is missed more when it is given up. */
const PATIENCE: Patience = { answerMs: 10_000, connectMs: 2000 };
/** A build that cannot do without it had better wait than fail. */
const PATIENCE_WITH_THE_ONLY_ONE: Patience = { answerMs: 30_000, connectMs: 15_000 };

const patienceWith = ({ isOnlyOne }: OpenOptions): Patience =>
  isOnlyOne ? PATIENCE_WITH_THE_ONLY_ONE : PATIENCE;

/** Throws the RemoteFault because of which there is no executor to be had. */
export async function openRemoteExecutor(options: OpenOptions): Promise<RemoteExecutor> {
  const { address, local, folder, onBytes } = options;
  const calls = new ExecutionCalls(new Channel(channelTo(address, options)), address.path);
  try {
    const { hasBlobs } = await insist(() => calls.agree());
    const at = hasBlobs ? address : options.blobsAt;
    if (!at)
      throw new RemoteFault(
        'refused',
        'it keeps no blobs, and no grpc:// remote cache is configured for them',
      );
    const transport = new GrpcTransport({
      ...channelTo(at, options),
      instance: at.path,
      compresses: mayCompress(options.compression, at),
    });
    const guarded = breaking(retrying(verifying(transport)), {
      ...CAREFUL,
      firstAnswerMs: patienceWith(options).answerMs,
      onFault: () => {},
    });
    const remote = new RemoteBlobStore(guarded);
    const fetch = blobFetcher(remote, local, onBytes);
    return new RemoteExecutor({
      calls,
      uploads: new InputUploads(remote),
      collector: { blobs: new LayeredBlobStore(local, fetch), fetch },
      sharesBlobs: options.blobsAt?.host === at.host && options.blobsAt.path === at.path,
      believesCache: options.believesCache,
      known: hasBlobs ? knownResults(transport) : async () => undefined,
      folder,
      queue: new QueuePatience(options.queueWaitMs),
      sleep: PATIENT.sleep,
      random: PATIENT.random,
      onClose: () => transport.close(),
    });
  } catch (error) {
    calls.close();
    throw error;
  }
}

const channelTo = ({ host, tls }: RemoteAddress, options: OpenOptions) => ({
  target: host,
  headers: options.credentials.headers,
  invocation: options.invocation,
  patience: patienceWith(options),
  ...(tls ? { tls: options.credentials.tls } : {}),
});

/** What may pass is asked again, a little later each time. */
async function insist<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!isRemoteFault(error) || !isPassing(error) || attempt >= PATIENT.attempts) throw error;
      await PATIENT.sleep(PATIENT.pauseMs * 2 ** attempt * (0.5 + PATIENT.random()));
    }
  }
}

/** Not every executor lets its results be read: whoever fails to once asks no more. */
function knownResults(transport: GrpcTransport): (action: Digest) => Promise<Uint8Array | undefined> {
  let open = true;
  return async (action) => {
    if (!open) return undefined;
    try {
      return await transport.getResult(action, '');
    } catch (error) {
      if (!isRemoteFault(error)) throw error;
      open = false;
      return undefined;
    }
  };
}
