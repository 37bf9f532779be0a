import { connect } from 'node:net';
import { type Finding, fine } from './finding.ts';

const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443, 'grpc:': 80, 'grpcs:': 443 };
const WAIT_MS = 3000;

/** Whether anybody listens where the shared cache should be. Builds go on without it, only slower. */
export async function checkRemote(remote: string | undefined, mode: string): Promise<Finding[]> {
  if (remote === undefined || mode === 'off' || remote.startsWith('s3:')) return [];
  const name = 'shared cache';
  if (!URL.canParse(remote)) return [{ name, state: 'warning', found: `${remote} is no address` }];
  const { hostname, port, protocol } = new URL(remote);
  const problem = await tryConnect(
    hostname.replace(/^\[|\]$/g, ''),
    Number(port) || (PORTS[protocol] ?? 443),
  );
  if (problem === undefined) return [fine(name, `${hostname} answers`)];
  const help =
    'builds go on without it; `remote_mode = "off"` in [cache] of recomp.toml, or --no-remote, spares the trying';
  return [{ name, state: 'warning', found: `${remote} does not answer: ${problem}`, help }];
}

function tryConnect(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: WAIT_MS });
    const end = (problem: string | undefined): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.on('connect', () => end(undefined));
    socket.on('timeout', () => end(`nothing within ${WAIT_MS / 1000} s`));
    socket.on('error', (error) => end('code' in error ? String(error.code) : error.message));
  });
}
