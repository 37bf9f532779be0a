import { type ChildProcess, spawn } from 'node:child_process';
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
  const [grpc, http] = [await unusedPort(), await unusedPort()];
  const running = await start(program, (folder) => ({
    args: [
      '--dir',
      folder,
      '--max_size',
      '1',
      '--grpc_address',
      `127.0.0.1:${grpc}`,
      '--http_address',
      `127.0.0.1:${http}`,
      ...more,
    ],
    ports: [grpc, http],
  }));
  return { ...running, grpc: `grpc://127.0.0.1:${grpc}`, http: `http://127.0.0.1:${http}` };
}

export interface S3Store extends Running {
  /** What a client needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly bucket: string;
}

export async function startS3(program: string): Promise<S3Store> {
  const port = await unusedPort();
  const running = await start(program, (folder) => {
    mkdirSync(join(folder, 'data/bucket'), { recursive: true });
    return {
      args: [
        '--port',
        `127.0.0.1:${port}`,
        '--access',
        'tester',
        '--secret',
        'tester-secret',
        'posix',
        join(folder, 'data'),
      ],
      ports: [port],
    };
  });
  const env = {
    AWS_ACCESS_KEY_ID: 'tester',
    AWS_SECRET_ACCESS_KEY: 'tester-secret',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
  };
  return { ...running, env, bucket: 'bucket' };
}

async function start(
  program: string,
  how: (folder: string) => { readonly args: readonly string[]; readonly ports: readonly number[] },
): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'recomp-stock-'));
  const { args, ports } = how(folder);
  const child = spawn(program, args, { stdio: 'ignore', cwd: folder });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (const port of ports) await listening(port, child);
  return {
    folder,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
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

export function unusedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
