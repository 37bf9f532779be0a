import { afterAll } from 'vitest';
import { blobFetcher } from '../../src/remote/fetch-blobs.ts';
import { LayeredBlobStore } from '../../src/remote/layered-blob-store.ts';
import { RemoteBlobStore } from '../../src/remote/remote-blob-store.ts';
import { InMemoryBlobStore } from '../../src/store/in-memory-blob-store.ts';
import { LocalBlobStore } from '../../src/store/local-blob-store.ts';
import { startFakeRemote } from '../support/fake-remote.ts';
import { blobStoreContract } from './blob-store-suite.ts';
import { transportsOf } from './remote-stores.ts';

blobStoreContract('on disk', (directory) => new LocalBlobStore({ directory }));
blobStoreContract('in memory', () => new InMemoryBlobStore());

const remote = await startFakeRemote();
afterAll(() => remote.close());
for (const [name, make] of transportsOf(remote)) {
  blobStoreContract(name, (folder) => new RemoteBlobStore(make(folder)));
  blobStoreContract(`on disk, then ${name}`, (directory) => {
    const local = new LocalBlobStore({ directory });
    const fetch = blobFetcher(new RemoteBlobStore(make(directory)), local, () => {});
    return new LayeredBlobStore(local, fetch);
  });
}
