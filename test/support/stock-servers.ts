import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Servers of others, as they are: found in RECOMP_TEST_SERVERS (see scripts/stock-servers.sh) or on PATH. */
export function stockServer(name: string): string | undefined {
  const folders = [process.env['RECOMP_TEST_SERVERS'] ?? '', ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isProgram);
}

/** For the title of what is skipped. */
export const absent = (name: string): string =>
  stockServer(name) ? '' : ` (skipped: no ${name} here, see scripts/stock-servers.sh)`;

export interface Running {
  readonly folder: string;
  stop(): Promise<void>;
}

export interface BazelRemote extends Running {
  readonly grpc: string;
  readonly http: string;
}

export async function startBazelRemote(program: string, more: readonly string[] = []): Promise<BazelRemote> {
  const { ports, ...running } = await start(program, 2, (folder, [grpc, http]) => [
    '--dir',
    folder,
    '--max_size',
    '1',
    '--grpc_address',
    `127.0.0.1:${grpc}`,
    '--http_address',
    `127.0.0.1:${http}`,
    ...more,
  ]);
  return { ...running, grpc: `grpc://127.0.0.1:${ports[0]}`, http: `http://127.0.0.1:${ports[1]}` };
}

/** An executor with the cache that it needs. */
export async function startBazelWorker(program: string): Promise<Running & { readonly grpc: string }> {
  const { ports, ...running } = await start(program, 1, (folder, [port]) => {
    for (const name of ['work', 'cas']) mkdirSync(join(folder, name));
    return [
      `--work_path=${join(folder, 'work')}`,
      `--cas_path=${join(folder, 'cas')}`,
      `--listen_port=${port}`,
    ];
  });
  return { ...running, grpc: `grpc://127.0.0.1:${ports[0]}` };
}

export interface S3Store extends Running {
  /** What a client needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly bucket: string;
}

export async function startS3(program: string): Promise<S3Store> {
  const { ports, ...running } = await start(program, 1, (folder, [port]) => {
    mkdirSync(join(folder, 'data/bucket'), { recursive: true });
    return [
      '--port',
      `127.0.0.1:${port}`,
      '--access',
      'tester',
      '--secret',
      'tester-secret',
      'posix',
      join(folder, 'data'),
    ];
  });
  const env = {
    AWS_ACCESS_KEY_ID: 'tester',
    AWS_SECRET_ACCESS_KEY: 'tester-secret',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${ports[0]}`,
  };
  return { ...running, env, bucket: 'bucket' };
}

/** None of them says which port it was given, so it is told one; somebody else may have taken that meanwhile. */
const ATTEMPTS = 5;

async function start(
  program: string,
  count: number,
  words: (folder: string, ports: readonly number[]) => readonly string[],
): Promise<Running & { readonly ports: readonly number[] }> {
  for (let attempt = 1; ; attempt++) {
    const folder = mkdtempSync(join(tmpdir(), 'recomp-stock-'));
    const ports = await unusedPorts(count);
    const child = spawn(program, words(folder, ports), { stdio: 'ignore', cwd: folder });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const stop = async (): Promise<void> => {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    };
    try {
      for (const port of ports) await listening(port, child);
      return { folder, ports, stop };
    } catch (error) {
      await stop();
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode} before it listened`);
    const there = await new Promise<boolean>((resolve) => {
      const socket = createConnection(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (there) return;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** All of them are held until the last is found: no two are the same. */
async function unusedPorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  return Promise.all(
    servers.map(async (server) => {
      const address = server.address();
      server.close();
      await once(server, 'close');
      return typeof address === 'object' && address !== null ? address.port : 0;
    }),
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
