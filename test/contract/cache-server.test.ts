import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { serveCache } from '../support/served-cache.ts';
import { cacheServerContract, type RunningServer } from './cache-server-suite.ts';

cacheServerContract('recomp cache serve', () => serveCache());

/** bazel-remote 2.6.2, in the folder that RECOMP_TEST_SERVERS names, or on PATH. */
const folder = process.env['RECOMP_TEST_SERVERS'];
const program = folder ? join(folder, 'bazel-remote') : 'bazel-remote';
const isThere = spawnSync(program, ['--help'], { stdio: 'ignore' }).status === 0;
if (isThere) cacheServerContract('bazel-remote', startBazelRemote);
else describe.skip('a cache server: bazel-remote (none is here)', () => it('keeps the contract', () => {}));

async function startBazelRemote(): Promise<RunningServer> {
  const data = mkdtempSync(join(tmpdir(), 'bazel-remote-'));
  const [grpc, http] = [await freePort(), await freePort()];
  const child = spawn(
    program,
    ['--dir', data, '--max_size', '1', '--grpc_address', grpc, '--http_address', http],
    { stdio: 'ignore' },
  );
  while (!(await isWell(`http://${http}/status`))) await new Promise((resolve) => setTimeout(resolve, 50));
  return {
    grpc: `grpc://${grpc}`,
    http: `http://${http}`,
    async stop() {
      child.kill();
      await once(child, 'exit');
      rmSync(data, { recursive: true, force: true });
    },
  };
}

const isWell = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '';
}
