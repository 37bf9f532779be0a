import { CompleteActionCache } from '../../src/store/complete-action-cache.ts';
import { InMemoryActionCache } from '../../src/store/in-memory-action-cache.ts';
import { LocalActionCache } from '../../src/store/local-action-cache.ts';
import { actionCacheContract } from './action-cache-suite.ts';

actionCacheContract('on disk', (directory, blobs) => new LocalActionCache({ directory, blobs }));
actionCacheContract('in memory', () => new InMemoryActionCache());
actionCacheContract('complete results only', (directory, blobs) => {
  return new CompleteActionCache(new LocalActionCache({ directory, blobs }), blobs);
});
