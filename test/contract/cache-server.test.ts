import { describe, it } from 'vitest';
import { serveCache } from '../support/served-cache.ts';
import { absent, startBazelRemote, stockServer } from '../support/stock-servers.ts';
import { cacheServerContract } from './cache-server-suite.ts';

cacheServerContract('recomp cache serve', () => serveCache());

const program = stockServer('bazel-remote');
if (program) cacheServerContract('bazel-remote', () => startBazelRemote(program));
else
  describe.skip(`a cache server: bazel-remote${absent('bazel-remote')}`, () =>
    it('keeps the contract', () => {}));
