import { afterAll } from 'vitest';
import { RemoteActionCache } from '../../src/remote/remote-action-cache.ts';
import { CompleteActionCache } from '../../src/store/complete-action-cache.ts';
import { InMemoryActionCache } from '../../src/store/in-memory-action-cache.ts';
import { LocalActionCache } from '../../src/store/local-action-cache.ts';
import { startFakeRemote } from '../support/fake-remote.ts';
import { actionCacheContract } from './action-cache-suite.ts';
import { transportsOf } from './remote-stores.ts';

actionCacheContract('on disk', (directory, blobs) => new LocalActionCache({ directory, blobs }));
actionCacheContract('in memory', () => new InMemoryActionCache());
actionCacheContract('complete results only', (directory, blobs) => {
  return new CompleteActionCache(new LocalActionCache({ directory, blobs }), blobs);
});

const remote = await startFakeRemote();
afterAll(() => remote.close());
for (const [name, make] of transportsOf(remote))
  actionCacheContract(
    name,
    (folder, blobs) => new RemoteActionCache(make(folder), (digest) => blobs.get(digest)),
  );
