import { InMemoryBlobStore } from '../../src/store/in-memory-blob-store.ts';
import { LocalBlobStore } from '../../src/store/local-blob-store.ts';
import { blobStoreContract } from './blob-store-suite.ts';

blobStoreContract('on disk', (directory) => new LocalBlobStore({ directory }));
blobStoreContract('in memory', () => new InMemoryBlobStore());
